"""Edits of a flow, the same for every view of it: each takes a flow and gives a new, valid one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Link, Retry, Step
from app.engine.graph_reader import check_shape
from app.engine.keys import fresh_key, rename_key
from app.engine.states import OnError
from app.engine.step_type import StepType
from app.engine.values import Json
from app.lib.ids import new_word

ROW_HEIGHT = 120
MAX_NAME_CHARS = 120

__all__ = [
    "EditRefused",
    "add_step",
    "duplicate_step",
    "go_to",
    "move_step",
    "outline",
    "remove_step",
    "rename_step",
    "set_fields",
    "set_options",
]


def outline(graph: Graph) -> tuple[Step, ...]:
    """The steps in reading order: each after all that lead to it, branches kept together."""
    return graph.order


def add_step(
    graph: Graph,
    step_type: StepType,
    *,
    after: str | None = None,
    port: str = "out",
    name: str | None = None,
) -> tuple[Graph, Step]:
    """The flow with a new step, and that step.

    With `after` it is put on the way out `port` of that step, and what followed there follows
    it. Without, it stands alone; a start is put before the first step.
    """
    label = (name or step_type.title).strip()[:MAX_NAME_CHARS]
    before = None if after is None else _step(graph, after)
    step = Step(
        id=_fresh_id(graph),
        type=step_type.type,
        type_version=step_type.version,
        key=fresh_key(label, {one.key for one in graph.steps}),
        name=label,
        parent=None if before is None else before.parent,
        x=0 if before is None else before.x,
        y=(before.y if before else max((one.y for one in graph.steps), default=-ROW_HEIGHT))
        + ROW_HEIGHT,
        fields=step_type.initial_fields(),
    )
    ways_out = step_type.ports_out(step.fields)
    way_out = ways_out[0].id if ways_out else None
    if before is None:
        return _alone(graph, step, way_out if step_type.is_start else None)
    if step_type.is_start:
        raise EditRefused(f"“{step_type.title}” begins a flow; nothing can lead to it.")
    return _checked(_insert(graph, step, before.id, port, way_out)), step


def remove_step(graph: Graph, step_id: str) -> Graph:
    """The flow without the step; what led to it now leads to what followed it first."""
    _step(graph, step_id)
    if any(one.parent == step_id for one in graph.steps):
        raise EditRefused("There are steps inside this one. Remove or move them first.")
    healed = _lifted(graph, step_id, keep_others=False)
    return _checked(replace(healed, steps=tuple(s for s in graph.steps if s.id != step_id)))


def move_step(graph: Graph, step_id: str, direction: Literal["up", "down"]) -> Graph:
    """The flow with the step one place earlier or later on its line."""
    step = _step(graph, step_id)
    if direction == "up":
        incoming = graph.links_to(step_id)
        if len({link.source for link in incoming}) != 1:
            raise EditRefused(
                f"“{step.name}” is not in a line with a step before it. "
                "Choose where it comes with “Then goes to”."
            )
        return _moved_down(graph, incoming[0].source, step_id)
    following = graph.links_from(step_id)
    if not following:
        raise EditRefused(f"“{step.name}” is the last step here.")
    return _moved_down(graph, step_id, following[0].target)


def rename_step(graph: Graph, step_id: str, name: str) -> Graph:
    """The flow with the step renamed, its key with it, and every reference rewritten."""
    step = _step(graph, step_id)
    label = " ".join(name.split())
    if not label:
        raise EditRefused("A step needs a name.")
    if len(label) > MAX_NAME_CHARS:
        raise EditRefused(f"A name can have {MAX_NAME_CHARS} characters at most.")
    key = fresh_key(label, {one.key for one in graph.steps if one.id != step_id})
    renamed = _with(graph, replace(step, name=label, key=key))
    return _checked(renamed if key == step.key else rename_key(renamed, step.key, key))


def duplicate_step(graph: Graph, step_id: str) -> tuple[Graph, Step]:
    """The flow with a copy of the step right behind it, and that copy."""
    step = _step(graph, step_id)
    if not graph.links_to(step_id):
        raise EditRefused("A flow begins once; its first step cannot be doubled.")
    name = f"{step.name[: MAX_NAME_CHARS - 5]} copy"
    copy = replace(
        step,
        id=_fresh_id(graph),
        key=fresh_key(name, {one.key for one in graph.steps}),
        name=name,
        y=step.y + ROW_HEIGHT,
    )
    following = graph.links_from(step_id)
    if following:
        port = following[0].source_port
        return _checked(_insert(graph, copy, step_id, port, port)), copy
    return _checked(replace(graph, steps=_behind(graph, step_id, copy))), copy


def set_fields(graph: Graph, step_id: str, fields: Mapping[str, Json]) -> Graph:
    """The flow with the step's settings replaced as a whole."""
    return _checked(_with(graph, replace(_step(graph, step_id), fields=dict(fields))))


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
        _step(graph, step_id),
        disabled=disabled,
        on_error=on_error,
        default_output=default_output,
        retry=retry,
        timeout_s=timeout_s,
        note=note,
    )
    changed = _with(graph, step)
    if on_error is not OnError.ERROR_PORT:
        gone = {link.id for link in graph.links_from(step_id, "error")}
        changed = replace(changed, links=tuple(one for one in graph.links if one.id not in gone))
    # Read back, so that limits on waits and tries hold for this door as for every other.
    try:
        return Graph.from_json(changed.to_json())
    except GraphRefused as refused:
        raise EditRefused(refused.sentence) from None


def go_to(graph: Graph, source: str, port: str, target: str | None) -> Graph:
    """The flow in which a way out leads to `target`, or nowhere."""
    begin = _step(graph, source)
    kept = tuple(
        link for link in graph.links if not (link.source == source and link.source_port == port)
    )
    if target is None:
        return _checked(replace(graph, links=kept))
    end = _step(graph, target)
    if target == source or target in graph.before(source):
        raise EditRefused(f"“{end.name}” comes before “{begin.name}”. A flow never goes back.")
    link = Link(_fresh_id(graph), source, port, target)
    return _checked(replace(graph, links=(*kept, link)))


def _alone(graph: Graph, step: Step, way_out: str | None) -> tuple[Graph, Step]:
    if way_out is None:
        return _checked(replace(graph, steps=(*graph.steps, step))), step
    first = next((one for one in graph.order if not graph.links_to(one.id)), None)
    links = () if first is None else (Link(_fresh_id(graph), step.id, way_out, first.id),)
    placed = replace(graph, steps=(step, *graph.steps), links=(*graph.links, *links))
    return _checked(placed), step


def _insert(graph: Graph, step: Step, after: str, port: str, way_out: str | None) -> Graph:
    following = graph.links_from(after, port)
    if following and way_out is None:
        raise EditRefused(
            f"Nothing can come after “{step.name}”, and “{graph.step(after).name}” already goes "
            "on. Put it where a way ends."
        )
    moved = {link.id for link in following}
    links = [
        replace(link, source=step.id, source_port=way_out or "") if link.id in moved else link
        for link in graph.links
    ]
    links.append(Link(_fresh_id(graph), after, port, step.id))
    return replace(graph, steps=_behind(graph, after, step), links=tuple(links))


def _moved_down(graph: Graph, first: str, second: str) -> Graph:
    """Swap two neighbours on a line: `first`, which leads to `second`, comes behind it."""
    if not graph.links_to(first):
        raise EditRefused(f"“{graph.step(first).name}” begins the flow and stays first.")
    lifted = _lifted(graph, first, keep_others=True)
    onward = graph.links_from(second)
    way_out = graph.links_from(first)[0].source_port
    port = onward[0].source_port if onward else "out"
    moved = {link.id for link in lifted.links_from(second, port)}
    links = [
        replace(link, source=first, source_port=way_out) if link.id in moved else link
        for link in lifted.links
    ]
    links.append(Link(_fresh_id(graph), second, port, first))
    return _checked(replace(lifted, links=tuple(links)))


def _lifted(graph: Graph, step_id: str, *, keep_others: bool) -> Graph:
    """The links without the step on its line; its other ways out stay with `keep_others`."""
    onward = graph.links_from(step_id)
    heir = onward[0] if onward else None
    links: list[Link] = []
    for link in graph.links:
        if link.target == step_id:
            if heir is not None:
                links.append(replace(link, target=heir.target))
        elif link.source != step_id or (keep_others and link != heir):
            links.append(link)
    return replace(graph, links=tuple(links))


def _behind(graph: Graph, step_id: str, new: Step) -> tuple[Step, ...]:
    at = next(place for place, one in enumerate(graph.steps) if one.id == step_id) + 1
    return (*graph.steps[:at], new, *graph.steps[at:])


def _with(graph: Graph, step: Step) -> Graph:
    return replace(graph, steps=tuple(step if one.id == step.id else one for one in graph.steps))


def _step(graph: Graph, step_id: str) -> Step:
    step = graph.find(step_id)
    if step is None:
        raise EditRefused("This step is no longer in the flow. Somebody may have removed it.")
    return step


def _fresh_id(graph: Graph) -> str:
    taken = {one.id for one in graph.steps} | {link.id for link in graph.links}
    word = new_word()
    return word if word not in taken else _fresh_id(graph)


def _checked(graph: Graph) -> Graph:
    try:
        check_shape(graph)
    except GraphRefused as refused:
        raise EditRefused(refused.sentence) from None
    return graph
