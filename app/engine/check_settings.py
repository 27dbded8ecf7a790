"""Checks the settings of one step: required ones, their form, references, connections, hosts."""

import re
from collections.abc import Iterator, Sequence

from app.engine.check_alone import look_at
from app.engine.check_place import loops_around
from app.engine.check_tools import server_tool_faults, tool_faults
from app.engine.field import Field
from app.engine.field_mcp import McpPick, is_choice
from app.engine.field_tools import Tools
from app.engine.fields import Connection, Pick
from app.engine.graph import Step
from app.engine.problem import Known, Problem
from app.engine.reach import NamesInReach
from app.engine.step_type import StepType
from app.engine.values import Json
from app.engine.words import listed
from app.lib import resolver
from app.lib.resolver import KnownNames, Path
from app.lib.safe_http import HostPattern, HttpRefused
from app.lib.safe_http.target import Target

# What became of something that was chosen and is not there any more.
_GONE = {
    "agents": "is not published, or was put away. “Publish” offers to publish both; else choose "
    "another."
}


def setting_problems(
    step: Step, step_type: StepType, *, names: NamesInReach, known: Known
) -> Iterator[Problem]:
    """What is wrong with the settings of one step."""
    alone = look_at(step, step_type)
    yield from alone.unknown
    for name, field, value, faults, templates in alone.settings:
        for sentence in faults:
            yield _error(step, name, sentence)
        if templates:
            yield from _references(step, name, field, templates, names)
        if not value:
            continue
        if isinstance(field, Connection):
            yield from _connection(step, name, field, value, known)
        elif isinstance(field, Pick):
            yield from _pick(step, name, field, value, known)
        elif isinstance(field, Tools):
            yield from (_error(step, name, one) for one in tool_faults(value, known))
        elif isinstance(field, McpPick) and is_choice(value):
            yield from (_error(step, name, one) for one in server_tool_faults(value, known))
    yield from alone.together


def _references(
    step: Step, name: str, field: Field, templates: Sequence[str], names: NamesInReach
) -> Iterator[Problem]:
    reach = names.at_end_of(step) if field.inner else names.of(step)
    for template in templates:
        for fault in resolver.check(template, reach):
            if fault.path is None:
                where = f"at character {fault.start + 1}"
                yield _error(step, name, f"“{field.label}”, {where}: {fault.text}")
            else:
                found = _unknown(names, step, fault.path, reach, inner=field.inner)
                yield _error(
                    step, name, f"“{field.label}” uses {fault.path.text}. {found or fault.text}"
                )
    if not names.begins_in_one_way:
        yield from _given_by_some(step, name, templates, names, reach)


def _unknown(names: NamesInReach, step: Step, path: Path, reach: KnownNames, *, inner: bool) -> str:
    root, key = path.parts[0], path.parts[1] if len(path.parts) > 1 else None
    if root in ("item", "index") and root not in reach:
        return "Only the steps inside a loop have an item."
    if key is None:
        return ""
    if root == "steps" and key not in (reach["steps"] or ()):
        return _out_of_reach(names, step, str(key), inner=inner)
    if root == "trigger":
        return f"The start does not give “{key}”."
    if root == "vars":
        return f"This workspace has no variable “{key}”."
    return ""


def _out_of_reach(names: NamesInReach, step: Step, key: str, *, inner: bool) -> str:
    other = names.by_key.get(key)
    if other is None:
        return f"There is no step with the key {key}."
    if other.id == step.id:
        return "A step cannot use its own result."
    around = {one.id for one in loops_around(names.graph, step)} | ({step.id} if inner else set())
    if other.id in around:
        return f"“{other.name}” has no result before all its items are done. Use item in here."
    closed = [one for one in loops_around(names.graph, other) if one.id not in around]
    if closed and closed[-1].id == step.id:
        return f"“{other.name}” is inside this loop, so it comes later."
    if closed:
        loop = closed[-1].name
        return f"“{other.name}” is inside the loop “{loop}”; use the loop's result instead."
    return f"“{other.name}” does not come before this step."


def _given_by_some(
    step: Step, name: str, templates: Sequence[str], names: NamesInReach, reach: KnownNames
) -> Iterator[Problem]:
    """A hint for each value that one start gives and another one that leads here does not."""
    given = reach["trigger"]
    paths = (
        path.parts
        for template in templates
        if "trigger" in template
        for path in resolver.names_needed(template)
    )
    for key in dict.fromkeys(str(one[1]) for one in paths if one[0] == "trigger" and len(one) > 1):
        lacking = names.starts_without(step, key)
        if lacking and (given is None or key in given):
            starts = listed([f"“{one}”" for one in lacking])
            yield Problem(
                step.id,
                name,
                "hint",
                f"{starts} {'do' if len(lacking) > 1 else 'does'} not give “{key}”. Add "
                f"“| default: …” to trigger.{key} for runs that start there.",
            )


def _connection(
    step: Step, name: str, field: Connection, value: Json, known: Known
) -> Iterator[Problem]:
    fact = known.connections.get(str(value))
    if fact is None:
        yield _error(step, name, f"“{field.label}” was deleted. Choose another one.")
        return
    target = fixed_target(step.fields.get("url"))
    if target is not None and not any(
        HostPattern.parse(one).covers(target.host, target.port) for one in fact.hosts
    ):
        yield _error(
            step,
            name,
            f"The connection “{fact.name}” may not be sent to {target.host}. "
            "Choose another connection or another address.",
        )


def _pick(step: Step, name: str, field: Pick, value: Json, known: Known) -> Iterator[Problem]:
    there = known.choices.get(field.of)
    if there is not None and str(value) not in there:
        gone = _GONE.get(field.of, "was deleted. Choose another.")
        yield _error(step, name, f"“{field.label}” {gone}")


def fixed_target(address: object) -> Target | None:
    """Where an address leads when its host is typed out; None while a reference decides it."""
    if not isinstance(address, str):
        return None
    fixed, opening, _ = address.strip().partition("{{")
    if opening and not re.match(r"https?://[^/?#]+[/?#]", fixed):
        return None
    try:
        return Target.parse(fixed)
    except HttpRefused:
        return None


def _error(step: Step, name: str | None, text: str) -> Problem:
    return Problem(step.id, name, "error", text)
