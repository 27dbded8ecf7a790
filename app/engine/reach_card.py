"""What an agent can touch: hosts, connections, tables, people, other agents; and what is new."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from app.engine.check_settings import fixed_target
from app.engine.field_mcp import McpPick, is_choice
from app.engine.field_model import ModelPick
from app.engine.field_tools import Tools
from app.engine.fields import Connection, Pick, Secret
from app.engine.graph import Graph, Step
from app.engine.problem import Known
from app.engine.reach_tools import Touched, touched_by_server_tool, touched_by_tools
from app.engine.states import Effect
from app.engine.step_type import StepType
from app.engine.values import Json

Sort: TypeAlias = Literal[
    "host",
    "service",
    "person",
    "table",
    "mailbox",
    "agent",
    "model",
    "connection",
    "secret",
    "file",
]
SORTS: tuple[Sort, ...] = (
    "person",
    "host",
    "service",
    "table",
    "mailbox",
    "agent",
    "model",
    "connection",
    "secret",
    "file",
)
ANY = "*"
MEMBERS = "members"
DEFAULT_MODEL = "default"
FOR_MODELS = "for_models"  # files that a language model is given
_ADDRESS = re.compile(r"[^\s,;<>\"]+@[^\s,;<>\"]+")
_PICKS: Mapping[str, Sort] = {"tables": "table", "mailboxes": "mailbox", "agents": "agent"}
# The flow that another agent runs, by its id as text; None when it has none.
Called: TypeAlias = Callable[[str], Graph | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One thing that an agent can touch.

    `target` is a host pattern, an address or an id; ANY stands for one that is made from values.
    `writes` tells whether it can change it, or only look. `steps` are the ids of the steps of the
    agent's own flow that cause it; `through` the ids of connections, `agents` those of the agents
    on the way there.
    """

    sort: Sort
    target: str
    writes: bool = False
    name: str = ""
    steps: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What names it in a form and in the audit trail."""
        return f"{'write' if self.writes else 'read'} {self.sort} {self.target}"


def reach_of(
    graph: Graph, catalogue: Mapping[str, StepType], *, known: Known, called: Called
) -> tuple[Touch, ...]:
    """All that the flow can touch, and that the agents it runs can, each thing once.

    Steps that are switched off touch nothing. Of a thing that is both read and written, only the
    writing is told.
    """
    found = list(_touches(graph, catalogue, known))
    seen: set[str] = set()
    waiting = [one for one in _together(found) if one.sort == "agent" and one.writes]
    while waiting:
        caller = waiting.pop(0)
        inner = None if caller.target in seen else called(caller.target)
        seen.add(caller.target)
        for one in _touches(inner, catalogue, known) if inner else ():
            led = replace(one, steps=caller.steps, agents=(*caller.agents, caller.target))
            found.append(led)
            if led.sort == "agent" and led.writes:
                waiting.append(led)
    return _together(found)


def widened(before: Sequence[Touch], after: Sequence[Touch]) -> tuple[Touch, ...]:
    """What `after` can touch that `before` could not, or could only look at."""
    allowed = {(one.sort, one.target): one.writes for one in before}

    def is_new(one: Touch) -> bool:
        ways = [allowed.get((one.sort, target)) for target in (one.target, ANY)]
        return not any(way is not None and (way or not one.writes) for way in ways)

    return tuple(one for one in after if is_new(one))


def _touches(graph: Graph, catalogue: Mapping[str, StepType], known: Known) -> Iterator[Touch]:
    for step in graph.order:
        kind = catalogue.get(step.type)
        if kind is None or _is_off(graph, step):
            continue
        own = list(_of_step(step, kind, known))
        if not own and kind.effect is Effect.WRITE:
            own = [Touch(sort="service", target=kind.type, writes=True, name=kind.title)]
        yield from (replace(one, steps=(step.id,)) for one in own)


def _of_step(step: Step, kind: StepType, known: Known) -> Iterator[Touch]:
    fields = {**kind.initial_fields(), **step.fields}
    writes = _effect(kind, fields) is Effect.WRITE
    connections = [
        str(fields[name])
        for name, field in kind.fields.items()
        if isinstance(field, Connection) and not isinstance(field, Secret) and fields[name]
    ]
    if "url" in kind.fields:
        yield from _hosts(fields.get("url"), connections, known, writes=writes)
    for one in connections:
        fact = known.connections.get(one)
        name = fact.name if fact else ""
        yield Touch(sort="connection", target=one, name=name)
    for name, field in kind.fields.items():
        value = str(fields[name] or "")
        if isinstance(field, Pick) and field.of in _PICKS and value:
            called = known.choices.get(field.of, {}).get(value, "")
            does = writes and not kind.is_start
            yield Touch(sort=_PICKS[field.of], target=value, writes=does, name=called)
        elif isinstance(field, ModelPick) and _effect(kind, fields) is not Effect.NONE:
            called = known.choices.get(field.of, {}).get(value, "")
            yield Touch(sort="model", target=value or DEFAULT_MODEL, name=called)
            if fields.get("files"):
                yield Touch(sort="file", target=FOR_MODELS, name="shown to a language model")
        elif isinstance(field, Secret) and value:
            yield Touch(sort="secret", target=value)
        elif isinstance(field, Tools):
            yield from map(_touch, touched_by_tools(fields[name], known))
        elif isinstance(field, McpPick) and is_choice(chosen := fields[name]):
            yield from map(_touch, touched_by_server_tool(chosen, known, writes=writes))
    yield from _people(step, kind, fields)
    if kind.group == "Files":
        yield Touch(sort="file", target=kind.type, name=kind.title)


def _touch(found: Touched) -> Touch:
    sort, target, name, writes, through = found
    return Touch(sort=sort, target=target, name=name, writes=writes, through=through)


def _hosts(
    address: Json, connections: Sequence[str], known: Known, *, writes: bool
) -> Iterator[Touch]:
    """The host that is typed out; else those that the connection is made for; else any."""
    target = fixed_target(address)
    if target is not None:
        hosts = [target.host]
    elif connections:
        facts = [known.connections.get(one) for one in connections]
        hosts = sorted({host for fact in facts if fact for host in fact.hosts})
    else:
        hosts = [ANY]
    for host in hosts:
        yield Touch(sort="host", target=host, writes=writes, through=tuple(connections))


def _people(step: Step, kind: StepType, fields: Mapping[str, Json]) -> Iterator[Touch]:
    """Addresses that are typed out; one entry for all that are made from values."""
    named = [name for name in kind.writes_to if _counts(kind, name, fields)]
    for name in named:
        text = str(fields.get(name) or "")
        if "{{" in text:
            yield Touch(sort="person", target=ANY, writes=True)
        for address in dict.fromkeys(_ADDRESS.findall(re.sub(r"\{\{.*?\}\}", " ", text))):
            yield Touch(sort="person", target=address.casefold(), writes=True)
    if kind.writes_to and not named:
        yield Touch(sort="person", target=MEMBERS, writes=True)


def _counts(kind: StepType, name: str, fields: Mapping[str, Json]) -> bool:
    return kind.fields[name].applies(fields)


def _effect(kind: StepType, fields: dict[str, Json]) -> Effect:
    """What a step does to the world; the most it can where its settings are odd."""
    try:
        return kind.effect_of(fields)
    except (KeyError, TypeError, ValueError):
        return kind.effect


def _is_off(graph: Graph, step: Step) -> bool:
    while not step.disabled:
        around = graph.find(step.parent or "")
        if around is None:
            return False
        step = around
    return True


def _together(found: Iterable[Touch]) -> tuple[Touch, ...]:
    """Each thing once, with all its steps, sorted as people look for it: what changes first."""
    known: dict[tuple[Sort, str], Touch] = {}
    for one in found:
        old = known.get((one.sort, one.target))
        known[one.sort, one.target] = one if old is None else _merged(old, one)
    order = {sort: at for at, sort in enumerate(SORTS)}
    every = known.values()
    return tuple(sorted(every, key=lambda one: (order[one.sort], not one.writes, one.target)))


def _merged(one: Touch, other: Touch) -> Touch:
    return replace(
        one,
        writes=one.writes or other.writes,
        name=one.name or other.name,
        steps=tuple(dict.fromkeys((*one.steps, *other.steps))),
        through=tuple(dict.fromkeys((*one.through, *other.through))),
        agents=tuple(dict.fromkeys((*one.agents, *other.agents))),
    )
