"""A flow as a picture: which box stands where and how lines run, for the template that draws it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE

BOX_W, BOX_H = 208, 52
GAP_X, GAP_Y = 24, 36
LANE = 14
EDGE = 2
MAX_NAME_CHARS, MAX_UNDER_CHARS = 22, 26
MAX_DRAWN = 60
_ASKS = frozenset({"ask_person"})
_LOGIC = "Logic"


@dataclass(frozen=True, slots=True)
class Box:
    """One step; `look` is plain, ask or empty, `is_new` what a proposal adds or changes."""

    x: float
    y: float
    name: str
    under: str
    icon: str
    look: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One link: its path, the point of its arrow, and the word on it."""

    path: str
    tip: str
    word: str
    word_x: float
    word_y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, with its size in pixels and a sentence for those who do not see it."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    told: str
    left_out: int


def picture(graph: Graph, before: Graph | None) -> Picture:
    """The flow from top to bottom; steps that differ from `before` are marked."""
    steps = list(graph.order)[:MAX_DRAWN]
    ranks = _ranks(graph, steps)
    places = _places(steps, ranks)
    right = max((x for x, _ in places.values()), default=0) + BOX_W
    lines, lanes = _lines(graph, steps, places, ranks, right)
    bottom = max((y for _, y in places.values()), default=0) + BOX_H
    return Picture(
        width=right + EDGE + (LANE * lanes + 40 if lanes else 0),
        height=bottom + EDGE,
        boxes=tuple(_box(one, places[one.id], before) for one in steps),
        lines=tuple(lines),
        told=", then ".join(one.name for one in steps[:12]),
        left_out=len(graph.steps) - len(steps),
    )


def _ranks(graph: Graph, steps: list[Step]) -> dict[str, int]:
    """How far down each step stands: below all that lead to it, and below the loop it is in."""
    ranks: dict[str, int] = {}
    for one in steps:
        above = [ranks[link.source] for link in graph.links_to(one.id) if link.source in ranks]
        for link in graph.links_to(one.id):
            above += [ranks[inner.id] for inner in graph.inside(link.source) if inner.id in ranks]
        if one.parent in ranks:
            above.append(ranks[one.parent])
        ranks[one.id] = max(above, default=-1) + 1
    return ranks


def _places(steps: list[Step], ranks: Mapping[str, int]) -> dict[str, tuple[float, float]]:
    rows: dict[int, list[Step]] = {}
    for one in steps:
        rows.setdefault(ranks[one.id], []).append(one)
    widest = max((len(row) for row in rows.values()), default=1)
    places: dict[str, tuple[float, float]] = {}
    for rank, row in rows.items():
        indent = (widest - len(row)) * (BOX_W + GAP_X) / 2
        for at, one in enumerate(row):
            x = EDGE + indent + at * (BOX_W + GAP_X)
            places[one.id] = (x, EDGE + rank * (BOX_H + GAP_Y))
    return places


def _lines(
    graph: Graph,
    steps: list[Step],
    places: Mapping[str, tuple[float, float]],
    ranks: Mapping[str, int],
    right: float,
) -> tuple[list[Line], int]:
    """The lines, and how many run down at the side because they pass other steps."""
    found: list[Line] = []
    lanes = 0
    for (source, target), word in _ways(graph, places).items():
        if ranks[target] - ranks[source] > 1:
            lanes += 1
            beside = right + LANE * lanes
            found.append(_beside(places[source], places[target], beside, word))
        else:
            found.append(_down(places[source], places[target], word))
    for one in steps:
        first = [inner for inner in graph.inside(one.id) if not graph.links_to(inner.id)]
        found += [
            _down(places[one.id], places[in_.id], "each") for in_ in first if in_.id in places
        ]
    return found, lanes


def _ways(graph: Graph, places: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """The words on the way from a step to another; several ways between the two are one line."""
    ways: dict[tuple[str, str], list[str]] = {}
    for link in graph.links:
        if link.source in places and link.target in places:
            word = _word(graph, link.source, link.source_port)
            ways.setdefault((link.source, link.target), []).append(word)
    return {pair: _together(words) for pair, words in ways.items()}


def _together(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{len(words)} ways"


def _down(start: tuple[float, float], end: tuple[float, float], word: str) -> Line:
    x1, y1 = start[0] + BOX_W / 2, start[1] + BOX_H
    x2, y2 = end[0] + BOX_W / 2, end[1] - 4
    middle = (y1 + y2) / 2
    return Line(
        path=f"M{x1:g} {y1:g}C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}",
        tip=f"M{x2:g} {y2 + 3:g}l-4 -7h8z",
        word=word,
        word_x=(x1 + x2) / 2 + (28 if x1 == x2 else 0),
        word_y=middle,
    )


def _beside(start: tuple[float, float], end: tuple[float, float], lane: float, word: str) -> Line:
    x1, y1 = start[0] + BOX_W, start[1] + BOX_H / 2
    x2, y2 = end[0] + BOX_W, end[1] + BOX_H / 2
    return Line(
        path=(
            f"M{x1:g} {y1:g}H{lane - 10:g}a10 10 0 0 1 10 10V{y2 - 10:g}"
            f"a10 10 0 0 1 -10 10H{x2 + 6:g}"
        ),
        tip=f"M{x2 + 2:g} {y2:g}l7 -4v8z",
        word=word,
        word_x=lane,
        word_y=(y1 + y2) / 2,
    )


def _word(graph: Graph, step_id: str, port: str) -> str:
    step = graph.find(step_id)
    kind = CATALOGUE.get(step.type) if step else None
    if step is None or kind is None:
        return ""
    ways = kind.ports_out(step.fields)
    if len(ways) < 2 and port != "error":
        return ""
    return next((_short(one.label, 14) for one in ways if one.id == port), port)


def _box(step: Step, place: tuple[float, float], before: Graph | None) -> Box:
    kind = CATALOGUE.get(step.type)
    earlier = before.find(step.id) if before else None
    is_new = before is not None and (earlier is None or earlier.fields != step.fields)
    look = "ask" if step.type in _ASKS else "plain" if kind and kind.group == _LOGIC else ""
    title = kind.title if kind else "Unknown step"
    return Box(
        x=place[0],
        y=place[1],
        name=_short(step.name, MAX_NAME_CHARS),
        under=_short(title if title != step.name else kind.group if kind else "", MAX_UNDER_CHARS),
        icon=kind.icon if kind else "circle-help",
        look=look,
        is_new=is_new,
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
