"""A flow as a value: steps, links, and the one spelling that its digest is taken of."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from app.engine.drawings import GroupFrame, Note
from app.engine.earlier import Earlier
from app.engine.errors import GraphRefused
from app.engine.states import OnError
from app.engine.values import Json, canonical

__all__ = ["SCHEMA", "Graph", "GraphRefused", "Link", "Retry", "Step"]

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed step is tried again: `times` on top of the first try.

    The first pause is `wait_s`, each one after it twice as long as the one before, up to
    MAX_WAIT_S.
    """

    MAX_WAIT_S: ClassVar[float] = 3_600.0

    times: int = 0
    wait_s: float = 0

    def pause_s(self, tried: int) -> float:
        """The pause after the try with this number; the first one is 1."""
        return min(self.wait_s * 2.0 ** (tried - 1), self.MAX_WAIT_S)

    def pauses_s(self) -> tuple[float, ...]:
        """Every pause, in order."""
        return tuple(self.pause_s(tried) for tried in range(1, self.times + 1))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow.

    `id` is a graph-local word `[a-z0-9]{8}`; `key` is the name that references use
    (`steps.<key>`); `parent` is the id of the loop it is in; `fields` are its settings as typed,
    references and all; `timeout_s` is None for no limit of its own.
    """

    id: str
    type: str
    key: str
    name: str
    type_version: int = 1
    parent: str | None = None
    x: float = 0
    y: float = 0
    fields: Mapping[str, Json] = field(default_factory=dict)
    disabled: bool = False
    on_error: OnError = OnError.STOP
    default_output: Json = None
    retry: Retry = Retry()
    timeout_s: float | None = None
    note: str = ""
    # What was found out about it: it stays true, as a step never changes.
    memo: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def as_json(self) -> dict[str, Json]:
        """As `to_json`, made once: to be read only."""
        made: dict[str, Json] | None = self.memo.get(Step)
        if made is None:
            made = self.memo[Step] = self.to_json()
        return made

    @property
    def spelled(self) -> str:
        """Its canonical JSON, made once. Raises ValueError or TypeError if it holds none."""
        made: str | None = self.memo.get(canonical)
        if made is None:
            made = self.memo[canonical] = canonical(self.as_json)
        return made

    def to_json(self) -> dict[str, Json]:
        """The step as `graph_json` holds it."""
        return {
            "id": self.id,
            "type": self.type,
            "type_version": self.type_version,
            "key": self.key,
            "name": self.name,
            "parent": self.parent,
            "x": self.x,
            "y": self.y,
            "fields": dict(self.fields),
            "disabled": self.disabled,
            "on_error": self.on_error.value,
            "default_output": self.default_output,
            "retry": {"times": self.retry.times, "wait_s": self.retry.wait_s},
            "timeout_s": self.timeout_s,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """One way from a step's port to the next step. Links carry control only, never values."""

    id: str
    source: str
    source_port: str
    target: str
    target_port: str = "in"

    def to_json(self) -> dict[str, Json]:
        """The link as `graph_json` holds it."""
        return {
            "id": self.id,
            "source": self.source,
            "source_port": self.source_port,
            "target": self.target,
            "target_port": self.target_port,
        }


@dataclass(frozen=True)
class Graph:
    """A whole flow. Equal graphs have equal digests; editing gives a new one."""

    steps: tuple[Step, ...] = ()
    links: tuple[Link, ...] = ()
    frames: tuple[GroupFrame, ...] = ()
    notes: tuple[Note, ...] = ()

    @classmethod
    def empty(cls) -> "Graph":
        """A flow without steps."""
        return cls()

    @classmethod
    def from_json(cls, value: object, *, known: "Graph | None" = None) -> "Graph":
        """Read `graph_json`; raises GraphRefused with a sentence for anything that is not one.

        Steps that are as in `known`, which was read before, are its steps.
        """
        from app.engine.graph_reader import read_graph

        return read_graph(value, known=known)

    def to_json(self) -> dict[str, Json]:
        """The flow as `graph_json` holds it."""
        return {**self.as_json, "nodes": [step.to_json() for step in self.steps]}

    @property
    def as_json(self) -> dict[str, Json]:
        """As `to_json`, with what was made of its steps before: to be read only."""
        return {
            "schema": SCHEMA,
            "nodes": [step.as_json for step in self.steps],
            "edges": [link.to_json() for link in self.links],
            "frames": [frame.to_json() for frame in self.frames],
            "notes": [note.to_json() for note in self.notes],
        }

    @property
    def digest(self) -> str:
        """sha256, in hex, of the canonical JSON."""
        return self._spelled[0]

    @property
    def size_bytes(self) -> int:
        """How long the canonical JSON is. Raises ValueError or TypeError if it is none."""
        return self._spelled[1]

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        return self._by_id[step_id]

    def find(self, step_id: str) -> Step | None:
        """The step with this id, or None."""
        return self._by_id.get(step_id)

    def links_from(self, step_id: str, port: str | None = None) -> tuple[Link, ...]:
        """Links that leave a step, by one port or by all of them, in stored order."""
        links = self._outgoing.get(step_id, ())
        return links if port is None else tuple(one for one in links if one.source_port == port)

    def links_to(self, step_id: str) -> tuple[Link, ...]:
        """Links that lead to a step, in stored order."""
        return self._incoming.get(step_id, ())

    def before(self, step_id: str) -> Set[str]:
        """Ids of all steps from which a way leads to this one, or to the loop it is inside of."""
        return Earlier(self._places, self._ancestors.get(step_id, 0))

    def inside(self, step_id: str) -> tuple[Step, ...]:
        """The steps whose parent this step is, in reading order."""
        return self._children.get(step_id, ())

    def around(self, step_id: str) -> tuple[Step, ...]:
        """The loops that the step is inside of, the nearest first."""
        found: list[Step] = []
        parent = self.step(step_id).parent
        while parent is not None:
            found.append(self.step(parent))
            parent = found[-1].parent
        return tuple(found)

    def deep_inside(self, step_id: str) -> tuple[Step, ...]:
        """The steps inside this loop and inside loops in it, in reading order."""
        return tuple(
            step for child in self.inside(step_id) for step in (child, *self.deep_inside(child.id))
        )

    @cached_property
    def order(self) -> tuple[Step, ...]:
        """The steps in reading order: each after all that lead to it, branches kept together.

        What is inside a loop comes right behind it. Steps on a circle (which the reader refuses)
        are left out.
        """
        waiting = {step.id: len(self.links_to(step.id)) for step in self.steps}
        entries: dict[str, list[str]] = {}
        for step in self.steps:
            if step.parent is not None and not waiting[step.id]:
                entries.setdefault(step.parent, []).append(step.id)
        ready = [
            step.id for step in reversed(self.steps) if not waiting[step.id] and not step.parent
        ]
        read: list[Step] = []
        while ready:
            step_id = ready.pop()
            read.append(self._by_id[step_id])
            for link in reversed(self.links_from(step_id)):
                waiting[link.target] -= 1
                if not waiting[link.target]:
                    ready.append(link.target)
            ready.extend(reversed(entries.get(step_id, ())))
        return tuple(read)

    @cached_property
    def _spelled(self) -> tuple[str, int]:
        parts = {
            "edges": canonical([link.to_json() for link in self.links]),
            "frames": canonical([frame.to_json() for frame in self.frames]),
            "notes": canonical([note.to_json() for note in self.notes]),
            "schema": canonical(SCHEMA),
        }
        parts["nodes"] = f"[{','.join(step.spelled for step in self.steps)}]"
        named = (f'"{name}":{parts[name]}' for name in sorted(parts))
        spelled = f"{{{','.join(named)}}}".encode()
        return hashlib.sha256(spelled).hexdigest(), len(spelled)

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def _children(self) -> dict[str, tuple[Step, ...]]:
        found: dict[str, tuple[Step, ...]] = {}
        for step in self.order:
            if step.parent is not None:
                found[step.parent] = (*found.get(step.parent, ()), step)
        return found

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, tuple[Link, ...]] = {}
        for link in self.links:
            found[link.source] = (*found.get(link.source, ()), link)
        return found

    @cached_property
    def _incoming(self) -> dict[str, tuple[Link, ...]]:
        found: dict[str, tuple[Link, ...]] = {}
        for link in self.links:
            found[link.target] = (*found.get(link.target, ()), link)
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        return {step.id: place for place, step in enumerate(self.order)}

    @cached_property
    def _ancestors(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for step in self.order:
            bits = found[step.parent] if step.parent is not None else 0
            for link in self.links_to(step.id):
                bits |= found[link.source] | 1 << self._places[link.source]
            found[step.id] = bits
        return found
