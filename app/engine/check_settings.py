"""Checks the settings of one step: required ones, their form, references, connections, hosts."""

import re
from collections.abc import Iterator, Mapping

from app.engine.field import Field
from app.engine.fields import Connection
from app.engine.graph import Graph, Step
from app.engine.problem import Known, Problem
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.values import Json
from app.lib import resolver
from app.lib.resolver import KnownNames, Path
from app.lib.safe_http import HostPattern, HttpRefused
from app.lib.safe_http.target import Target

RUN_NAMES: KnownNames = {"id": None, "started_at": None, "mode": None}


class NamesInReach:
    """What references may name, worked out once for a whole flow."""

    def __init__(self, graph: Graph, catalogue: Mapping[str, StepType], *, known: Known) -> None:
        self.graph = graph
        self._inside: dict[str, KnownNames | None] = {}
        self._by_key: dict[str, str] = {}
        self._trigger: KnownNames | None = {}
        self._vars: KnownNames = dict.fromkeys(sorted(known.variables))
        for step in graph.order:
            step_type = catalogue.get(step.type)
            if step_type is None:
                continue
            self._inside[step.id] = _inside(step, step_type)
            self._by_key[step.key] = step.id
            if step_type.is_start:
                self._trigger = self._inside[step.id]

    def of(self, step: Step) -> KnownNames:
        """What this step may name: earlier steps, the start's values, variables, the run."""
        return {
            "steps": _Earlier(self._by_key, self.graph.before(step.id), self._inside),
            "trigger": self._trigger,
            "vars": self._vars,
            "run": RUN_NAMES,
            "now": None,
        }


class _Earlier(Mapping[str, KnownNames | None]):
    """The results of the steps before one, by key; a view, as a copy per step adds up."""

    def __init__(
        self,
        by_key: Mapping[str, str],
        before: frozenset[str],
        inside: Mapping[str, KnownNames | None],
    ) -> None:
        self._by_key = by_key
        self._before = before
        self._inside = inside

    def __getitem__(self, key: str) -> KnownNames | None:
        step_id = self._by_key[key]
        if step_id not in self._before:
            raise KeyError(key)
        return self._inside[step_id]

    def __iter__(self) -> Iterator[str]:
        return (key for key, step_id in self._by_key.items() if step_id in self._before)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def setting_problems(
    step: Step, step_type: StepType, *, names: NamesInReach, known: Known
) -> Iterator[Problem]:
    """What is wrong with the settings of one step."""
    for name in step.fields:
        if name not in step_type.fields:
            yield _error(step, name, f"“{name[:60]}” is a setting that this step does not know.")
    for name, field in step_type.fields.items():
        value = step.fields.get(name, field.initial())
        if not field.applies(step.fields):
            continue
        for sentence in field.check(value):
            yield _error(step, name, sentence)
        if field.templated:
            yield from _references(step, name, field, names)
        if isinstance(field, Connection) and value:
            yield from _connection(step, name, field, value, known)
    for place, sentence in step_type.problems(step.fields):
        yield _error(step, place, sentence)


def _inside(step: Step, step_type: StepType) -> KnownNames | None:
    """The names that a step's result has; None where anything may be."""
    offered = step_type.offers(step.fields)
    if offered is None or step.on_error is OnError.CONTINUE:
        return None
    names: dict[str, KnownNames | None] = dict.fromkeys(offered)
    if step.on_error is OnError.ERROR_PORT:
        names["error"] = None
    return names


def templates_in(value: Json) -> Iterator[str]:
    """Every text in a setting that holds a reference."""
    if isinstance(value, str):
        if "{{" in value:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from templates_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from templates_in(item)


def _references(step: Step, name: str, field: Field, names: NamesInReach) -> Iterator[Problem]:
    templates = list(templates_in(step.fields.get(name)))
    if not templates:
        return
    reach = names.of(step)
    for template in templates:
        for fault in resolver.check(template, reach):
            if fault.path is None:
                where = f"at character {fault.start + 1}"
                yield _error(step, name, f"“{field.label}”, {where}: {fault.text}")
            else:
                sentence = _unknown(names.graph, step, fault.path, reach) or fault.text
                yield _error(step, name, f"“{field.label}” uses {fault.path.text}. {sentence}")


def _unknown(graph: Graph, step: Step, path: Path, reach: KnownNames) -> str:
    root, key = path.parts[0], path.parts[1] if len(path.parts) > 1 else None
    if root == "steps" and key is not None and key not in (reach["steps"] or ()):
        other = next((one for one in graph.steps if one.key == key), None)
        if other is None:
            return f"There is no step with the key {key}."
        if other.id == step.id:
            return "A step cannot use its own result."
        return f"“{other.name}” does not come before this step."
    if root == "trigger" and key is not None:
        return f"The start does not give “{key}”."
    if root == "vars" and key is not None:
        return f"This workspace has no variable “{key}”."
    return ""


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
