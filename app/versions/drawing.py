"""Two flows in one drawing: the newer one, with the steps that are gone where they stood."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from app.engine.graph import Graph, Link, Step
from app.engine.values import Json
from app.versions import ports
from app.versions.comparison import Comparison

Drawn: TypeAlias = dict[str, Json]
CARD_W, CARD_H = 240, 66
ASIDE = CARD_W + 24


def drawing(compared: Comparison) -> Drawn:
    """What the canvas draws, with `marks` of steps by id; nothing in it can be changed."""
    graph = compared.after.graph
    both = _with_gone(compared.before.graph, graph) if compared.before else graph
    return {
        "graph": both.to_json(),
        "revision": 0,
        "views": dict(ports.views(both, both.steps)),
        "problems": [],
        "kinds": {},
        "camera": None,
        "editable": False,
        "me": None,
        "marks": dict(compared.difference.marks),
        "at": {},
    }


def _with_gone(before: Graph, after: Graph) -> Graph:
    """The newer flow, and what it no longer has: steps, and the links at them."""
    gone = [step for step in before.steps if after.find(step.id) is None]
    places = [(step.x, step.y) for step in after.steps]
    steps = [*after.steps, *_placed(gone, places, {step.id for step in gone}, after)]
    there = {step.id: step for step in steps}
    taken = {link.id for link in after.links}
    ids = {step.id for step in gone}
    links = [
        replace(link, id=_fresh(link.id, taken))
        for link in before.links
        if (link.source in ids or link.target in ids) and _joins(link, there)
    ]
    return replace(after, steps=tuple(steps), links=(*after.links, *links))


def _placed(
    gone: list[Step], places: list[tuple[float, float]], ids: set[str], after: Graph
) -> Iterator[Step]:
    """The steps that are gone, moved aside where another one stands now."""
    for step in gone:
        x = step.x
        while any(abs(x - px) < CARD_W and abs(step.y - py) < CARD_H for px, py in places):
            x += ASIDE
        places.append((x, step.y))
        stays = step.parent in ids or after.find(step.parent or "") is not None
        yield replace(step, x=x, parent=step.parent if stays else None)


def _joins(link: Link, there: Mapping[str, Step]) -> bool:
    source, target = there.get(link.source), there.get(link.target)
    return source is not None and target is not None and source.parent == target.parent


def _fresh(link_id: str, taken: set[str]) -> str:
    """The link's id, or another one if a link of the newer flow has it."""
    number = 0
    fresh = link_id
    while fresh in taken:
        fresh = f"{number:08d}"
        number += 1
    taken.add(fresh)
    return fresh
