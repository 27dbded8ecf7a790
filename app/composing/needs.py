"""Which parts of a difference cannot do without which others."""

from collections.abc import Iterable, Iterator, Mapping

from app.composing.parts import (
    ADD,
    KIND,
    LOOP,
    REMOVE,
    SET,
    WAYS,
    Part,
    keys_used,
    ports_of,
    uses_trigger,
)
from app.engine.graph import Graph, Link, Step
from app.nodes.catalogue import CATALOGUE


class Needs:
    """The needs of the parts between two flows that spell keys alike."""

    def __init__(self, before: Graph, after: Graph, parts: Iterable[Part]) -> None:
        self._before, self._after = before, after
        self._parts = tuple(parts)
        self._ids = {part.id for part in self._parts}
        self._by_key = {step.key: step for step in after.steps}
        self._told = {part.id: self._of(part) for part in self._parts}

    def of(self, part: Part) -> tuple[str, ...]:
        """The ids that this part needs directly, in the order of the parts."""
        wanted = self._told[part.id]
        return tuple(one.id for one in self._parts if one.id in wanted and one.id != part.id)

    def closed(self, ids: Iterable[str]) -> frozenset[str]:
        """The ids without those that lack something they need."""
        kept = {one for one in ids if one in self._ids}
        while True:
            lacking = {one for one in kept if not (self._told[one] & self._ids) - {one} <= kept}
            if not lacking:
                return frozenset(kept)
            kept -= lacking

    def _of(self, part: Part) -> set[str]:
        if part.sort == ADD:
            return set(self._of_added(self._after.step(part.step_id)))
        if part.sort == REMOVE:
            return set(self._of_removed(self._before.step(part.step_id)))
        if part.sort == SET:
            return set(self._of_set(part))
        return set(self._of_ways(part)) if part.sort == WAYS else set()

    def _of_added(self, step: Step) -> Iterator[str]:
        if step.parent is not None:
            yield from self._loop_there(step.parent)
        yield from self._results(keys_used(dict(step.fields)))
        if uses_trigger(dict(step.fields)):
            yield from self._only_start()
        incoming = self._after.links_to(step.id)
        hanging = [link for link in incoming if self._is_cut(link)]
        if hanging and len(hanging) == len(incoming):
            yield Part(ADD, hanging[0].source).id
        for link in incoming:
            if self._before.find(link.source) is not None:
                yield Part(WAYS, link.source).id
                yield from self._way_there(link)

    def _of_removed(self, step: Step) -> Iterator[str]:
        for inner in self._before.inside(step.id):
            yield Part(REMOVE, inner.id).id
            yield Part(SET, inner.id, LOOP).id
        for other in self._before.steps:
            if step.key not in keys_used(dict(other.fields)):
                continue
            yield Part(REMOVE, other.id).id
            yield Part(SET, other.id, KIND).id
            for name, value in other.fields.items():
                if step.key in keys_used(value):
                    yield Part(SET, other.id, name).id

    def _of_set(self, part: Part) -> Iterator[str]:
        step = self._after.step(part.step_id)
        if part.of == LOOP and step.parent is not None:
            yield from self._loop_there(step.parent)
        if part.of == KIND:
            yield from self._results(keys_used(dict(step.fields)))
        elif part.of in step.fields:
            yield from self._results(keys_used(step.fields[part.of]))

    def _of_ways(self, part: Part) -> Iterator[str]:
        yield Part(SET, part.step_id, LOOP).id
        for link in self._after.links_from(part.step_id):
            yield from self._way_there(link)
            yield Part(SET, link.target, LOOP).id

    def _loop_there(self, loop: str) -> Iterator[str]:
        yield Part(ADD, loop).id
        yield Part(SET, loop, KIND).id

    def _results(self, keys: Iterable[str]) -> Iterator[str]:
        """The steps that give these results, and what makes them give other ones."""
        for key in keys:
            step = self._by_key.get(key)
            if step is None:
                continue
            yield Part(ADD, step.id).id
            old = self._before.find(step.id)
            if old is not None and _offers(old) != _offers(step):
                yield from self._settings(step)

    def _way_there(self, link: Link) -> Iterator[str]:
        """What makes the way out that a link takes, where the step did not have it before."""
        old = self._before.find(link.source)
        if old is not None and link.source_port not in ports_of(old):
            yield from self._settings(self._after.step(link.source))

    def _settings(self, step: Step) -> Iterator[str]:
        return (part.id for part in self._parts if part.sort == SET and part.step_id == step.id)

    def _only_start(self) -> Iterator[str]:
        starts = [one for one in self._after.steps if _is_start(one)]
        if len(starts) == 1:
            yield Part(ADD, starts[0].id).id

    def _is_cut(self, link: Link) -> bool:
        """Whether a step loses this way to it when the added step that the way leaves is gone."""
        if self._before.find(link.source) is not None:
            return False
        source = self._after.step(link.source)
        first = heir(self._after, source)
        lone = not self._after.links_to(source.id)
        return lone or first is None or first.source_port != link.source_port


def heir(graph: Graph, step: Step) -> Link | None:
    """The link that goes on in place of a step: the first by the order of its ways out."""
    ports = ports_of(step)
    links = graph.links_from(step.id)
    order: Mapping[str, int] = {port: at for at, port in enumerate(ports)}
    return min(links, key=lambda link: order.get(link.source_port, len(order)), default=None)


def _offers(step: Step) -> object:
    kind = CATALOGUE.get(step.type)
    return kind.offers(step.fields) if kind else None


def _is_start(step: Step) -> bool:
    kind = CATALOGUE.get(step.type)
    return kind is not None and kind.is_start
