"""Edits of loops: steps go into them and come out, and a loop is copied with what is inside."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.engine.check_place import ways_out
from app.engine.edit_parts import (
    ROW_HEIGHT,
    body_of,
    checked,
    fresh_id,
    insert,
    lifted,
    linked,
    placed_behind,
    refuse_deep,
    step_of,
)
from app.engine.edit_steps import first_way, new_step, remove_step
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Link, Step
from app.engine.graph_reader import MAX_NAME_CHARS
from app.engine.keys import fresh_key, with_keys
from app.engine.ports import ERROR
from app.engine.step_type import StepType


def add_inside(
    graph: Graph, step_type: StepType, *, loop: str, name: str | None = None
) -> tuple[Graph, Step]:
    """The flow with a new step as the first inside a loop, and that step."""
    around = step_of(graph, loop)
    if step_type.is_start:
        raise EditRefused(f"“{step_type.title}” begins a flow; it cannot be inside a loop.")
    step = new_step(graph, step_type, name=name, parent=loop)
    step = replace(step, x=around.x, y=around.y + ROW_HEIGHT)
    return checked(_put_first(graph, step, loop, first_way(step_type, step))), step


def move_into(graph: Graph, step_id: str, loop: str, *, catalogue: Mapping[str, StepType]) -> Graph:
    """The flow with the step, and what is inside it, as the last inside a loop."""
    step, around = step_of(graph, step_id), step_of(graph, loop)
    kind, loop_kind = catalogue.get(step.type), catalogue.get(around.type)
    if kind is None or loop_kind is None or not loop_kind.is_loop:
        raise EditRefused(f"“{around.name}” is no loop, so nothing can be inside it.")
    if kind.is_start:
        raise EditRefused(f"“{step.name}” begins the flow; it cannot be inside a loop.")
    if loop == step_id or loop in body_of(graph, step_id):
        raise EditRefused("A loop cannot be inside itself.")
    if step.parent == loop:
        raise EditRefused(f"“{step.name}” is inside “{around.name}” already.")
    refuse_deep(graph, loop, _levels(graph, step, catalogue))
    healed = lifted(graph, step_id, keep_others=False)
    end = open_end(healed, loop, catalogue)
    taken = replace(healed, steps=tuple(one for one in healed.steps if one.id != step_id))
    moved = replace(step, parent=loop)
    if end is None:
        return checked(_put_first(taken, moved, loop, first_way(kind, step)))
    return checked(insert(taken, moved, end[0], end[1], first_way(kind, step)))


def move_out(graph: Graph, step_id: str, *, catalogue: Mapping[str, StepType]) -> Graph:
    """The flow with the step, and what is inside it, right behind the loop it was in."""
    step = step_of(graph, step_id)
    loop = graph.find(step.parent or "")
    if loop is None:
        raise EditRefused(f"“{step.name}” is not inside a loop.")
    kind, loop_kind = catalogue.get(step.type), catalogue.get(loop.type)
    healed = lifted(graph, step_id, keep_others=False)
    taken = replace(healed, steps=tuple(one for one in healed.steps if one.id != step_id))
    moved = replace(step, parent=loop.parent)
    way = first_way(loop_kind, loop) if loop_kind else None
    if way is None:
        return checked(replace(taken, steps=placed_behind(taken, loop.id, moved)))
    return checked(insert(taken, moved, loop.id, way, first_way(kind, step) if kind else None))


def take_steps_out(graph: Graph, loop: str, *, catalogue: Mapping[str, StepType]) -> Graph:
    """The flow without the loop: the steps that were inside come once, where the loop was."""
    around = step_of(graph, loop)
    inside = graph.inside(loop)
    entries = [one.id for one in inside if not graph.links_to(one.id)]
    if not entries:
        return remove_step(graph, loop)
    onward = [link.target for link in graph.links_from(loop) if link.source_port != ERROR.id]
    ways = [
        (link.source, link.source_port, entry) for link in graph.links_to(loop) for entry in entries
    ]
    ways += [(*end, target) for end in _open_ends(graph, inside, catalogue) for target in onward]
    steps = tuple(
        replace(one, parent=around.parent) if one.parent == loop else one
        for one in graph.steps
        if one.id != loop
    )
    links = tuple(link for link in graph.links if loop not in (link.source, link.target))
    return checked(linked(replace(graph, steps=steps, links=links), *ways))


def duplicate_step(graph: Graph, step_id: str, *, port: str | None = None) -> tuple[Graph, Step]:
    """The flow with a copy of the step right behind it, and that copy.

    A loop is copied with all steps inside, which then name each other. Where nothing follows the
    step, its way out `port` leads to the copy; without a port the copy stands alone.
    """
    step = step_of(graph, step_id)
    if not graph.links_to(step_id) and step.parent is None:
        raise EditRefused("A step that begins the flow cannot be doubled.")
    graph_with_body, copy = _with_copies(graph, step)
    following = graph.links_from(step_id)
    way = following[0].source_port if following else port
    if way is None:
        placed = placed_behind(graph_with_body, step_id, copy)
        return checked(replace(graph_with_body, steps=placed)), copy
    return checked(insert(graph_with_body, copy, step_id, way, way)), copy


def open_end(
    graph: Graph, loop: str | None, catalogue: Mapping[str, StepType]
) -> tuple[str, str] | None:
    """The last way out that leads nowhere, inside this loop or (None) in the flow as a whole."""
    steps = graph.inside(loop) if loop else [one for one in graph.order if one.parent is None]
    return next(reversed(_open_ends(graph, steps, catalogue)), None)


def _open_ends(
    graph: Graph, steps: Sequence[Step], catalogue: Mapping[str, StepType]
) -> list[tuple[str, str]]:
    return [
        (step.id, port)
        for step in steps
        if step.type in catalogue
        for port, _ in ways_out(step, catalogue[step.type])
        if port != ERROR.id and not graph.links_from(step.id, port)
    ]


def _put_first(graph: Graph, step: Step, loop: str, way_out: str | None) -> Graph:
    entries = [one for one in graph.inside(loop) if not graph.links_to(one.id)]
    if entries and way_out is None:
        raise EditRefused(
            f"Nothing can come after “{step.name}”, so it cannot be the first inside the loop. "
            "Put it where a way ends."
        )
    at = next(place for place, one in enumerate(graph.steps) if one.id == loop) + 1
    steps = (*graph.steps[:at], step, *graph.steps[at:])
    ways = [(step.id, way_out or "", one.id) for one in entries]
    return linked(replace(graph, steps=steps), *ways)


def _levels(graph: Graph, step: Step, catalogue: Mapping[str, StepType]) -> int:
    """How many loops deep a step goes, itself included."""
    inside = graph.inside(step.id)
    is_loop = step.type in catalogue and catalogue[step.type].is_loop
    if not inside and not is_loop:
        return 0
    return 1 + max((_levels(graph, one, catalogue) for one in inside), default=0)


def _with_copies(graph: Graph, step: Step) -> tuple[Graph, Step]:
    """The flow with copies of what is inside a step, and a copy of it that is not there yet."""
    name = f"{step.name[: MAX_NAME_CHARS - 5]} copy"
    taken = {one.key for one in graph.steps}
    body = body_of(graph, step.id)
    ids: dict[str, str] = {}
    keys: dict[str, str] = {}
    for one in (step, *(one for one in graph.steps if one.id in body)):
        ids[one.id] = _other_id(graph, ids)
        keys[one.key] = fresh_key(name if one is step else one.name, taken)
        taken.add(keys[one.key])
    copies = {
        one.id: replace(
            with_keys(one, keys),
            id=ids[one.id],
            key=keys[one.key],
            parent=ids.get(one.parent or "", one.parent),
        )
        for one in graph.steps
        if one.id in ids
    }
    own = replace(copies.pop(step.id), name=name, y=step.y + ROW_HEIGHT)
    grown = replace(graph, steps=(*graph.steps, *copies.values()))
    for link in graph.links:
        if link.source in body:
            copied = Link(fresh_id(grown), ids[link.source], link.source_port, ids[link.target])
            grown = replace(grown, links=(*grown.links, copied))
    return grown, own


def _other_id(graph: Graph, ids: Mapping[str, str]) -> str:
    found = fresh_id(graph)
    return found if found not in ids.values() else _other_id(graph, ids)
