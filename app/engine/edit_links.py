"""Edits of where steps lead: one way out at a time, and one place up or down on a line."""

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from app.engine.edit_parts import checked, fresh_id, lifted, linked, step_of
from app.engine.errors import EditRefused
from app.engine.graph import Graph, Link


def go_to(graph: Graph, source: str, port: str, target: str | None) -> Graph:
    """The flow in which a way out leads to `target`, or nowhere."""
    begin = step_of(graph, source)
    kept = tuple(
        link for link in graph.links if not (link.source == source and link.source_port == port)
    )
    without = replace(graph, links=kept)
    if target is None:
        return checked(without)
    end = step_of(graph, target)
    if target == source or target in graph.before(source):
        raise EditRefused(f"“{end.name}” comes before “{begin.name}”. A flow never goes back.")
    return checked(linked(without, (source, port, target)))


def move_step(graph: Graph, step_id: str, direction: Literal["up", "down"]) -> Graph:
    """The flow with the step one place earlier or later on its line."""
    step = step_of(graph, step_id)
    if direction == "up":
        incoming = graph.links_to(step_id)
        if not incoming and step.parent is not None:
            raise EditRefused(f"“{step.name}” is the first step inside the loop.")
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


def keep_ways(
    graph: Graph, step_id: str, *, before: Collection[str], after: Collection[str]
) -> Graph:
    """The flow after the ways out of a step changed: no link leaves by one that is gone.

    `before` and `after` are the ports in their order. A link whose way is gone takes a way that
    is new, as when an approval becomes a form; without one, the link goes.
    """
    gone = [port for port in before if port not in after]
    new = [port for port in after if port not in before]
    becomes = dict(zip(gone, new, strict=False))
    links: list[Link] = []
    for link in graph.links:
        if link.source == step_id and link.source_port not in after:
            if link.source_port in becomes:
                links.append(replace(link, source_port=becomes[link.source_port]))
        else:
            links.append(link)
    return graph if tuple(links) == graph.links else checked(replace(graph, links=tuple(links)))


def _moved_down(graph: Graph, first: str, second: str) -> Graph:
    """Swap two neighbours on a line: `first`, which leads to `second`, comes behind it."""
    step = graph.step(first)
    if not graph.links_to(first) and step.parent is None:
        raise EditRefused(f"“{step.name}” begins the flow and stays first.")
    without = lifted(graph, first, keep_others=True)
    onward = graph.links_from(second)
    way_out = graph.links_from(first)[0].source_port
    port = onward[0].source_port if onward else "out"
    moved = {link.id for link in without.links_from(second, port)}
    links = [
        replace(link, source=first, source_port=way_out) if link.id in moved else link
        for link in without.links
    ]
    links.append(Link(fresh_id(graph), second, port, first))
    return checked(replace(without, links=tuple(links)))
