"""What every edit of a flow is made of: finding a step, putting it on a line, taking it off one."""

from dataclasses import replace

from app.engine.errors import EditRefused, GraphRefused
from app.engine.graph import Graph, Link, Step
from app.engine.graph_reader import check_shape
from app.engine.plan import MAX_LOOPS_DEEP
from app.lib.ids import new_word

ROW_HEIGHT = 120


def step_of(graph: Graph, step_id: str) -> Step:
    """The step with this id; raises EditRefused when it is gone."""
    step = graph.find(step_id)
    if step is None:
        raise EditRefused("This step is no longer in the flow. Somebody may have removed it.")
    return step


def fresh_id(graph: Graph) -> str:
    """A word that no step and no link of the flow has."""
    taken = {one.id for one in graph.steps} | {link.id for link in graph.links}
    word = new_word()
    return word if word not in taken else fresh_id(graph)


def linked(graph: Graph, *ways: tuple[str, str, str]) -> Graph:
    """The flow with more links, each of (source, port, target)."""
    for source, port, target in ways:
        link = Link(fresh_id(graph), source, port, target)
        graph = replace(graph, links=(*graph.links, link))
    return graph


def with_step(graph: Graph, step: Step) -> Graph:
    """The flow with this step in place of the one with its id."""
    return replace(graph, steps=tuple(step if one.id == step.id else one for one in graph.steps))


def placed_behind(graph: Graph, step_id: str, *new: Step) -> tuple[Step, ...]:
    """The steps with new ones right behind this one and what is inside it, in stored order."""
    own = body_of(graph, step_id) | {step_id}
    at = max(place for place, one in enumerate(graph.steps) if one.id in own) + 1
    return (*graph.steps[:at], *new, *graph.steps[at:])


def body_of(graph: Graph, step_id: str) -> frozenset[str]:
    """The ids of all steps inside this one, at any depth."""
    found: set[str] = set()
    waiting = [step_id]
    while waiting:
        inside = [one.id for one in graph.inside(waiting.pop())]
        found.update(inside)
        waiting += inside
    return frozenset(found)


def depth_of(graph: Graph, step: Step | None) -> int:
    """How many loops are around a step, itself counted; 0 for the flow as a whole (None)."""
    return 0 if step is None else 1 + depth_of(graph, graph.find(step.parent or ""))


def refuse_deep(graph: Graph, parent: str | None, levels: int) -> None:
    """Raise EditRefused if something `levels` loops deep does not fit inside `parent`."""
    if depth_of(graph, graph.find(parent or "")) + levels > MAX_LOOPS_DEEP:
        raise EditRefused(
            f"Loops can be inside each other {MAX_LOOPS_DEEP} deep. "
            "Let another agent do the inner part."
        )


def insert(graph: Graph, step: Step, after: str, port: str, way_out: str | None) -> Graph:
    """The flow with a new step on the way out `port` of `after`; what followed follows it."""
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
    links.append(Link(fresh_id(graph), after, port, step.id))
    return replace(graph, steps=placed_behind(graph, after, step), links=tuple(links))


def lifted(graph: Graph, step_id: str, *, keep_others: bool) -> Graph:
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


def checked(graph: Graph) -> Graph:
    """The flow, if it has the shape of one; raises EditRefused."""
    try:
        check_shape(graph)
    except GraphRefused as refused:
        raise EditRefused(refused.sentence) from None
    return graph
