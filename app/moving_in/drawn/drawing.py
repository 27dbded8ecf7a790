"""The flow that comes out, drawn step by step behind the ways that are still open."""

from collections.abc import Mapping
from dataclasses import replace

from app.engine.edit_parts import linked, with_step
from app.engine.edit_steps import new_step
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.moving_in.source.parsing import SourceRefused
from app.nodes.catalogue import CATALOGUE

MAX_STEPS = 150
MAX_NAME_CHARS = 60

Way = tuple[str, str]


class Drawing:
    """A flow in the making. What is added goes on every way that is open, in the open loop."""

    def __init__(self) -> None:
        self.graph = Graph.empty()
        self.open: tuple[Way, ...] = ()
        self.parent: str | None = None
        self._is_entry = True  # the next step begins the flow, or the inside of a loop

    @property
    def is_live(self) -> bool:
        """Whether anything leads to a step that is added now."""
        return bool(self.open) or self._is_entry

    def add(self, kind: str, name: str, fields: Mapping[str, Json], *, note: str = "") -> Step:
        """A step on all open ways; its first way out is open then.

        Raises SourceRefused when the flow would be larger than anybody could look through.
        """
        if len(self.graph.steps) >= MAX_STEPS:
            raise SourceRefused(f"It would become more than {MAX_STEPS} steps. Bring a part of it.")
        step_type = CATALOGUE[kind]
        try:
            step = new_step(
                self.graph, step_type, name=_label(name) or step_type.title, parent=self.parent
            )
        except EditRefused as refused:
            raise SourceRefused(refused.sentence) from None
        step = replace(step, fields={**step.fields, **fields}, note=note)
        self.graph = replace(self.graph, steps=(*self.graph.steps, step))
        self.graph = linked(self.graph, *((source, port, step.id) for source, port in self.open))
        self._is_entry = False
        ways = step_type.ports_out(step.fields)
        self.open = ((step.id, ways[0].id),) if ways else ()
        return step

    def ways_of(self, step: Step) -> tuple[Way, ...]:
        """Every way out of a step."""
        return tuple((step.id, port.id) for port in CATALOGUE[step.type].ports_out(step.fields))

    def set_fields(self, step: Step, fields: Mapping[str, Json]) -> Step:
        """The step with other settings."""
        now = self.graph.find(step.id) or step
        return self.put(replace(now, fields=fields))

    def put(self, changed: Step) -> Step:
        """The step as it is now, in place of the one with its id."""
        self.graph = with_step(self.graph, changed)
        return changed

    def last(self) -> Step | None:
        """The step that the one open way leaves, if it is one."""
        return self.graph.find(self.open[0][0]) if len(self.open) == 1 else None

    def enter(self, loop: Step) -> None:
        """Go on inside a loop."""
        self.parent, self.open, self._is_entry = loop.id, (), True

    def leave(self, loop: Step) -> None:
        """Go on behind a loop."""
        self.parent, self._is_entry = loop.parent, False
        self.open = self.ways_of(loop)[:1]

    def end(self) -> None:
        """Nothing comes behind the open ways."""
        self.open, self._is_entry = (), False


def _label(name: str) -> str:
    words = " ".join(name.replace("{{", "").replace("}}", "").split())
    return words if len(words) <= MAX_NAME_CHARS else f"{words[: MAX_NAME_CHARS - 1].rstrip()}…"
