"""Keeps the links of each step in the order of its ways out, so that “Yes” is read before “No”."""

from collections.abc import Mapping
from dataclasses import replace

from app.engine.check import ways_out
from app.engine.graph import Graph, Link
from app.nodes.catalogue import CATALOGUE


def by_ways_out(graph: Graph) -> Graph:
    """The same flow, its links sorted by step and way out; several on one way keep their order.

    Reading order follows the stored order of links, so without this a step put on a way would
    move that way behind its neighbours.
    """
    places: dict[str, tuple[int, Mapping[str, int]]] = {}
    for place, step in enumerate(graph.steps):
        step_type = CATALOGUE.get(step.type)
        ports = ways_out(step, step_type) if step_type else ()
        places[step.id] = (place, {port: number for number, (port, _) in enumerate(ports)})

    def rank(link: Link) -> tuple[int, int]:
        place, numbers = places[link.source]
        return place, numbers.get(link.source_port, len(numbers))

    links = tuple(sorted(graph.links, key=rank))
    return graph if links == graph.links else replace(graph, links=links)
