"""Edits of single steps: one more, one less, one like it, another name, other settings."""

from collections.abc import Mapping
from dataclasses import replace

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
    with_step,
)
from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Retry, Step
from app.engine.graph_reader import MAX_NAME_CHARS
from app.engine.keys import fresh_key, rename_key
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.values import Json


def add_step(
    graph: Graph,
    step_type: StepType,
    *,
    after: str | None = None,
    port: str = "out",
    name: str | None = None,
) -> tuple[Graph, Step]:
    """The flow with a new step, and that step.

    With `after` it is put on the way out `port` of that step, in the same loop, and what followed
    there follows it. Without, it stands alone; a start is put before the first step.
    """
    before = None if after is None else step_of(graph, after)
    if step_type.is_start:
        if before is not None:
            raise EditRefused(f"“{step_type.title}” begins a flow; nothing can lead to it.")
        return add_start(graph, step_type, name=name)
    step = new_step(graph, step_type, name=name, parent=before.parent if before else None)
    if before is None:
        return checked(replace(graph, steps=(*graph.steps, step))), step
    step = replace(step, x=before.x, y=before.y + ROW_HEIGHT)
    return checked(insert(graph, step, before.id, port, first_way(step_type, step))), step


def add_start(
    graph: Graph, step_type: StepType, *, beside: str | None = None, name: str | None = None
) -> tuple[Graph, Step]:
    """The flow with one more way to start, and that start.

    It goes on where the start `beside` goes on; without one, to the first step that nothing
    leads to.
    """
    step = new_step(graph, step_type, name=name, parent=None)
    way_out = first_way(step_type, step)
    if beside is not None:
        other = step_of(graph, beside)
        targets = list(dict.fromkeys(link.target for link in graph.links_from(other.id)))
        placed = replace(graph, steps=placed_behind(graph, other.id, step))
    else:
        first = next(
            (one for one in graph.order if not graph.links_to(one.id) and one.parent is None), None
        )
        targets = [first.id] if first else []
        placed = replace(graph, steps=(step, *graph.steps))
    ways = [(step.id, way_out, target) for target in targets] if way_out is not None else []
    return checked(linked(placed, *ways)), step


def remove_step(graph: Graph, step_id: str, *, with_body: bool = False) -> Graph:
    """The flow without the step; what led to it now leads to what followed it first.

    A loop goes only `with_body`, that is with all steps inside. To keep them, see
    `take_steps_out`.
    """
    step_of(graph, step_id)
    body = body_of(graph, step_id)
    if body and not with_body:
        raise EditRefused(
            "There are steps inside this one. Remove them with it, or take them out first."
        )
    gone = body | {step_id}
    healed = lifted(graph, step_id, keep_others=False)
    return checked(
        replace(
            healed,
            steps=tuple(one for one in graph.steps if one.id not in gone),
            links=tuple(link for link in healed.links if link.source not in gone),
        )
    )


def rename_step(graph: Graph, step_id: str, name: str) -> Graph:
    """The flow with the step renamed, its key with it, and every reference rewritten."""
    step = step_of(graph, step_id)
    label = " ".join(name.split())
    if not label:
        raise EditRefused("A step needs a name.")
    if len(label) > MAX_NAME_CHARS:
        raise EditRefused(f"A name can have {MAX_NAME_CHARS} characters at most.")
    key = fresh_key(label, {one.key for one in graph.steps if one.id != step_id})
    renamed = with_step(graph, replace(step, name=label, key=key))
    return checked(renamed if key == step.key else rename_key(renamed, step.key, key))


def set_fields(graph: Graph, step_id: str, fields: Mapping[str, Json]) -> Graph:
    """The flow with the step's settings replaced as a whole."""
    return checked(with_step(graph, replace(step_of(graph, step_id), fields=dict(fields))))


def set_options(
    graph: Graph,
    step_id: str,
    *,
    disabled: bool = False,
    on_error: OnError = OnError.STOP,
    default_output: Json = None,
    retry: Retry = Retry(),  # noqa: B008  # a frozen value
    timeout_s: float | None = None,
    note: str = "",
) -> Graph:
    """The flow with the step's options replaced as a whole.

    Without the error way out, links that left by it go too.
    """
    step = replace(
        step_of(graph, step_id),
        disabled=disabled,
        on_error=on_error,
        default_output=default_output,
        retry=retry,
        timeout_s=timeout_s,
        note=note,
    )
    changed = with_step(graph, step)
    if on_error is not OnError.ERROR_PORT:
        gone = {link.id for link in graph.links_from(step_id, "error")}
        changed = replace(changed, links=tuple(one for one in graph.links if one.id not in gone))
    # Read back, so that limits on waits and tries hold for this door as for every other.
    try:
        return Graph.from_json(changed.to_json())
    except GraphRefused as refused:
        raise EditRefused(refused.sentence) from None


def new_step(graph: Graph, step_type: StepType, *, name: str | None, parent: str | None) -> Step:
    """A step of this kind that is not in the flow yet; raises EditRefused for loops too deep."""
    label = (name or step_type.title).strip()[:MAX_NAME_CHARS]
    if step_type.is_loop:
        refuse_deep(graph, parent, 1)
    return Step(
        id=fresh_id(graph),
        type=step_type.type,
        type_version=step_type.version,
        key=fresh_key(label, {one.key for one in graph.steps}),
        name=label,
        parent=parent,
        y=max((one.y for one in graph.steps), default=-ROW_HEIGHT) + ROW_HEIGHT,
        fields=step_type.initial_fields(),
    )


def first_way(step_type: StepType, step: Step) -> str | None:
    """The way out by which a step goes on if nobody says otherwise; None if it ends there."""
    ways = step_type.ports_out(step.fields)
    return ways[0].id if ways else None
