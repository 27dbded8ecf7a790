"""Which earlier values the steps of a flow use, so that nobody is asked for others."""

from collections.abc import Iterable, Iterator, Mapping

from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.lib.resolver import TemplateError, compiled
from app.nodes.catalogue import CATALOGUE
from app.replays.missing import Missing, Path


class Needed:
    """What the given steps use, and the paths in `also`.

    A step that gathers uses all that the steps before it gave.
    """

    def __init__(
        self, graph: Graph, steps: Iterable[Step], *, also: Iterable[tuple[str, ...]] = ()
    ) -> None:
        self._keys = {step.id: step.key for step in graph.steps}
        self._starts = [step.key for step in graph.steps if _is_start(step)]
        self._used: set[tuple[str, ...]] = set(also)
        for step in steps:
            self._used |= set(references(dict(step.fields)))
            kind = CATALOGUE.get(step.type)
            if kind is not None and kind.gathers:
                sources = (graph.step(link.source) for link in graph.links_to(step.id))
                self._used |= {("steps", source.key) for source in sources}

    def has(self, missing: Missing) -> bool:
        """Whether one of the steps uses this value, a part of it, or what it is a part of."""
        for root in self._roots(missing.step_id):
            place = (*root, *map(str, missing.path))
            for used in self._used:
                if all(one == other for one, other in zip(place, used, strict=False)):
                    return True
        return False

    def _roots(self, step_id: str) -> Iterator[Path]:
        if step_id:
            yield ("steps", self._keys.get(step_id, ""))
            return
        yield ("trigger",)
        # A start gives what set the run off under its own name, too.
        yield from (("steps", key) for key in self._starts)


def references(value: Json) -> Iterator[tuple[str, ...]]:
    """The paths that the texts in a value refer to: `("steps", "book", "body")`."""
    if isinstance(value, str):
        if "{{" in value:
            try:
                paths = list(compiled(value).paths())
            except TemplateError:
                return  # its step will say so when it is reached
            yield from (tuple(map(str, path.parts)) for path in paths)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def _is_start(step: Step) -> bool:
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.is_start
