"""Which values of earlier steps a step reads, told from its settings. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.lib.resolver import TemplateError, compiled
from app.nodes.catalogue import CATALOGUE

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """One value that a step reads: of which earlier step, and where in what that gave.

    No `parts` stand for all that it gave.
    """

    source: Step
    parts: Parts

    @property
    def name(self) -> str:
        """Names it in a form."""
        return ".".join((self.source.id, *self.parts))

    @property
    def label(self) -> str:
        """The value as people read it."""
        return " › ".join(self.parts) if self.parts else "All it gives"


def needs(graph: Graph, step: Step, *, start: Step | None) -> list[Need]:
    """What the step reads, by the order of the steps; `start` is the one that gives `trigger`.

    Inside a loop also what the loop reads: it works on the loop's first item. What is part of
    another value in the list is left out. A start reads what sets it off, whole.
    """
    if is_start(step):
        return [Need(step, ())]
    found = {
        (source.id, parts): Need(source, parts)
        for one in (step, *_loops_around(graph, step))
        for source, parts in _read_by(graph, one, start)
    }
    whole = [need for key, need in found.items() if not _is_covered(key, found)]
    place = {one.id: number for number, one in enumerate(graph.order)}
    return sorted(whole, key=lambda need: (place.get(need.source.id, 0), need.parts))


def starts_before(graph: Graph, step: Step) -> list[Step]:
    """The starts that lead to a step."""
    before = graph.before(step.id)
    return [one for one in graph.order if one.id in before and is_start(one)]


def is_start(step: Step) -> bool:
    """Whether runs begin at this step."""
    return step.type in CATALOGUE and CATALOGUE[step.type].is_start


def _read_by(graph: Graph, step: Step, start: Step | None) -> Iterator[tuple[Step, Parts]]:
    kind = CATALOGUE.get(step.type)
    if kind is not None and kind.gathers:
        yield from ((graph.step(link.source), ()) for link in graph.links_to(step.id))
    by_key = {one.key: one for one in graph.steps}
    for parts in _paths(step.fields):
        if parts[0] == "trigger" and start is not None:
            yield start, _names(parts[1:])
        elif parts[0] == "steps" and len(parts) > 1 and parts[1] in by_key:
            yield by_key[str(parts[1])], _names(parts[2:])


def _paths(value: Json | Mapping[str, Json]) -> Iterator[tuple[str | int, ...]]:
    """Every path that the templates in a setting ask for."""
    if isinstance(value, str) and "{{" in value:
        try:
            yield from (path.parts for path in compiled(value).paths())
        except TemplateError:
            return
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _paths(item)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item)


def _names(parts: tuple[str | int, ...]) -> Parts:
    """The names up to the first place in a list: a list is given whole."""
    names: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            break
        names.append(part)
    return tuple(names)


def _is_covered(key: tuple[str, Parts], found: Mapping[tuple[str, Parts], Need]) -> bool:
    source, parts = key
    return any((source, parts[:length]) in found for length in range(len(parts)))


def _loops_around(graph: Graph, step: Step) -> Iterator[Step]:
    parent = graph.find(step.parent or "")
    while parent is not None:
        yield parent
        parent = graph.find(parent.parent or "")
