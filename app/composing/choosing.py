"""A flow with some parts of a proposal and not others: what is left out is healed over."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from app.composing.needs import heir
from app.composing.parts import (
    ADD,
    DRAWN,
    LOOP,
    NAME,
    REMOVE,
    SET,
    WAYS,
    Part,
    ports_of,
    respelled,
    taken_over,
)
from app.engine.graph import Graph, Link, Step


def with_parts(before: Graph, after: Graph, parts: Iterable[Part], ids: frozenset[str]) -> Graph:
    """The later flow without the parts that are not in `ids`. Both flows spell keys alike."""
    undone = [part for part in parts if part.id not in ids]
    graph = _with_old_settings(before, after, undone)
    for part in undone:
        if part.sort == REMOVE:
            graph = _put_back(graph, before, before.step(part.step_id))
    for part in undone:
        if part.sort == SET and part.of == LOOP:
            graph = _without(graph, part.step_id)
            graph = _put_back(graph, before, _back(before, after, part.step_id, undone))
    for part in undone:
        if part.sort == ADD:
            graph = _without(graph, part.step_id)
    for part in undone:
        if part.sort == WAYS:
            graph = _old_ways(graph, before, part.step_id)
    if any(part.sort == DRAWN for part in undone):
        graph = replace(graph, frames=before.frames, notes=before.notes)
    return _sound(graph, before, after)


def with_new_keys(graph: Graph, after: Graph, ids: frozenset[str]) -> Graph:
    """The flow in which renamed steps also have the keys that `after` gives them."""
    keys: dict[str, str] = {}
    taken = {step.key for step in graph.steps}
    for step in graph.steps:
        new = after.find(step.id)
        renamed = Part(SET, step.id, NAME).id in ids or Part(ADD, step.id).id in ids
        if new is not None and renamed and new.key != step.key and new.key not in taken:
            keys[step.key] = new.key
            taken.add(new.key)
    return respelled(graph, keys)


def _with_old_settings(before: Graph, after: Graph, undone: list[Part]) -> Graph:
    steps = (_back(before, after, step.id, undone) for step in after.steps)
    return replace(after, steps=tuple(steps))


def _back(before: Graph, after: Graph, step_id: str, undone: list[Part]) -> Step:
    """The later step with what it was before in every part that is undone."""
    step, old = after.step(step_id), before.find(step_id)
    if old is None:
        return step
    for part in undone:
        if part.sort == SET and part.step_id == step_id:
            step = taken_over(step, old, part.of)
    return replace(step, key=old.key)


def _put_back(graph: Graph, before: Graph, step: Step) -> Graph:
    """A step that is gone stands where it stood: what followed there follows it."""
    if step.parent is not None and graph.find(step.parent) is None:
        step = replace(step, parent=None)
    graph = replace(graph, steps=_in_order(graph, before, step))
    onward = heir(before, step)
    for link in before.links_to(step.id):
        siblings = {one.target for one in before.links_from(link.source, link.source_port)}
        followers = [
            one
            for one in graph.links_from(link.source, link.source_port)
            if one.target not in siblings
        ]
        graph = _joined(graph, link.source, link.source_port, step.id)
        if onward is None or not graph.links_to(step.id):
            continue
        for one in followers:
            moved = _joined(graph, step.id, onward.source_port, one.target)
            if moved is not graph:
                graph = replace(
                    moved, links=tuple(link for link in moved.links if link.id != one.id)
                )
    for link in before.links_from(step.id):
        if not graph.links_from(step.id, link.source_port):
            for target in _past(before, graph, link.target):
                graph = _joined(graph, step.id, link.source_port, target)
    return graph


def _in_order(graph: Graph, before: Graph, step: Step) -> tuple[Step, ...]:
    """The steps with this one behind the step that it stood behind."""
    earlier = [one.id for one in before.steps]
    left = set(earlier[: earlier.index(step.id)])
    at = max((n for n, one in enumerate(graph.steps, start=1) if one.id in left), default=0)
    return (*graph.steps[:at], step, *graph.steps[at:])


def _without(graph: Graph, step_id: str) -> Graph:
    """The flow without a step; what led to it leads to what goes on in its place."""
    step = graph.find(step_id)
    if step is None:
        return graph
    onward = heir(graph, step)
    targets = [
        link.target
        for link in graph.links_from(step_id)
        if onward is not None and link.source_port == onward.source_port
    ]
    incoming = graph.links_to(step_id)
    graph = replace(
        graph,
        steps=tuple(one for one in graph.steps if one.id != step_id),
        links=tuple(one for one in graph.links if step_id not in (one.source, one.target)),
    )
    for link in incoming:
        for target in targets:
            graph = _joined(graph, link.source, link.source_port, target)
    return graph


def _old_ways(graph: Graph, before: Graph, step_id: str) -> Graph:
    if graph.find(step_id) is None:
        return graph
    graph = replace(graph, links=tuple(link for link in graph.links if link.source != step_id))
    for link in before.links_from(step_id):
        for target in _past(before, graph, link.target):
            graph = _joined(graph, step_id, link.source_port, target)
    return graph


def _past(before: Graph, graph: Graph, target: str) -> list[str]:
    """The step, or what went on in its place when it is gone."""
    seen: set[str] = set()
    while graph.find(target) is None and target not in seen:
        seen.add(target)
        onward = heir(before, before.step(target)) if before.find(target) else None
        if onward is None:
            return []
        target = onward.target
    return [target]


def _joined(graph: Graph, source: str, port: str, target: str) -> Graph:
    """The flow with one more link; the same flow where it cannot be."""
    begin, end = graph.find(source), graph.find(target)
    if begin is None or end is None or begin.parent != end.parent or source == target:
        return graph
    if any(link.target == target for link in graph.links_from(source, port)):
        return graph
    if target in graph.before(source):
        return graph
    link = Link(_link_id(graph, source, port, target), source, port, target)
    return replace(graph, links=(*graph.links, link))


def _link_id(graph: Graph, source: str, port: str, target: str) -> str:
    """An id that is the same whenever the same parts are chosen."""
    taken = {link.id for link in graph.links} | {step.id for step in graph.steps}
    for salt in range(10_000):
        word = hashlib.sha256(f"{source} {port} {target} {salt}".encode()).hexdigest()[:8]
        if word not in taken:
            return word
    raise AssertionError("no id is free")


def _sound(graph: Graph, before: Graph, after: Graph) -> Graph:
    """No step is inside one that is gone, no link leaves by a way that the step lost."""
    there = {step.id for step in graph.steps}
    steps = tuple(
        step if step.parent in there or step.parent is None else replace(step, parent=None)
        for step in graph.steps
    )
    graph = replace(graph, steps=steps)
    lost = {step.id: _lost(step, before.find(step.id), after.find(step.id)) for step in steps}
    kept: Graph = replace(graph, links=())
    links: list[Link] = []
    for link in graph.links:
        begin, end = kept.find(link.source), kept.find(link.target)
        if begin is None or end is None or begin.parent != end.parent:
            continue
        if link.source_port not in lost[link.source]:
            links.append(link)
    return replace(kept, links=tuple(links))


def _lost(step: Step, old: Step | None, new: Step | None) -> frozenset[str]:
    """Ways out that the step had in one of both flows and has not now."""
    had = {port for one in (old, new) if one is not None for port in ports_of(one)}
    return frozenset(had - set(ports_of(step)))
