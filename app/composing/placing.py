"""Where the steps of a composed flow stand on the canvas, top to bottom, loops around theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.engine.check_place import ways_out
from app.engine.graph import Graph, Step
from app.nodes.catalogue import CATALOGUE

# As the canvas draws them (static/js/editor/geometry.js).
CARD_W, CARD_H = 240, 72
LOOP_PAD, LOOP_HEAD = 24, 44
EMPTY_LOOP = (288.0, 150.0)
BESIDE, BELOW = 40, 56
GRID = 8


@dataclass(slots=True)
class _Box:
    step: Step
    w: float
    h: float
    x: float = 0
    y: float = 0


def placed(graph: Graph, base: Graph | None = None) -> Graph:
    """The flow with a place for each step; steps of `base` keep theirs, others make room."""
    if base is not None and any(base.find(step.id) for step in graph.steps):
        return _fitted_in(graph, base)
    return _moved(graph, _places(graph, None, 0, 0))


def _moved(graph: Graph, places: Mapping[str, tuple[float, float]]) -> Graph:
    def at(step: Step) -> Step:
        x, y = places.get(step.id, (step.x, step.y))
        return replace(step, x=_grid(x), y=_grid(y))

    return replace(graph, steps=tuple(at(step) for step in graph.steps))


def _places(
    graph: Graph, parent: str | None, left: float, top: float
) -> dict[str, tuple[float, float]]:
    """The places of what is inside one loop, and of what is inside that."""
    found: dict[str, tuple[float, float]] = {}
    boxes, _, _ = _laid_out(graph, parent)
    for box in boxes:
        x, y = left + box.x, top + box.y
        found[box.step.id] = (x, y)
        if graph.inside(box.step.id):
            found |= _places(graph, box.step.id, x + LOOP_PAD, y + LOOP_HEAD)
    return found


def _laid_out(graph: Graph, parent: str | None) -> tuple[list[_Box], float, float]:
    steps = [step for step in graph.order if step.parent == parent]
    rows: dict[int, list[_Box]] = {}
    rank = _ranks(graph, steps)
    for step in steps:
        rows.setdefault(rank[step.id], []).append(_box(graph, step))
    wide = max((_width(row) for row in rows.values()), default=0)
    middle: dict[str, float] = {}
    y = 0.0
    for number in sorted(rows):
        _beside(graph, rows[number], wide, middle)
        for box in rows[number]:
            box.y = y
        y += max(box.h for box in rows[number]) + BELOW
    boxes = [box for row in rows.values() for box in row]
    left = min((box.x for box in boxes), default=0)
    for box in boxes:
        box.x -= left
    width = max((box.x + box.w for box in boxes), default=0)
    return boxes, width, max(0, y - BELOW)


def _beside(graph: Graph, row: list[_Box], wide: float, middle: dict[str, float]) -> None:
    """Put the boxes of a row side by side, each as near below what leads to it as there is room."""
    wanted = {box.step.id: _below(graph, box.step, wide, middle) for box in row}
    row.sort(key=lambda box: wanted[box.step.id])
    x = float("-inf")
    for box in row:
        box.x = max(x, wanted[box.step.id] - box.w / 2)
        x = box.x + box.w + BESIDE
    # What was pushed to the right is balanced out.
    off = sum(box.x + box.w / 2 - wanted[box.step.id] for box in row) / len(row)
    for box in row:
        box.x -= off
        middle[box.step.id] = box.x + box.w / 2


def _below(graph: Graph, step: Step, wide: float, middle: Mapping[str, float]) -> float:
    """Where the middle of a step should be; ways out lie from left to right in their order."""
    found = []
    for link in graph.links_to(step.id):
        if link.source not in middle:
            continue
        source = graph.step(link.source)
        kind = CATALOGUE.get(source.type)
        ports = [port for port, _ in ways_out(source, kind)] if kind else []
        used = [port for port in ports if graph.links_from(source.id, port)]
        at = used.index(link.source_port) if link.source_port in used else 0
        found.append(middle[link.source] + (at - (len(used) - 1) / 2) * (CARD_W + BESIDE))
    return sum(found) / len(found) if found else wide / 2


def _ranks(graph: Graph, steps: list[Step]) -> dict[str, int]:
    """How many steps come before each at most."""
    rank: dict[str, int] = {}
    for step in steps:
        sources = [rank[link.source] for link in graph.links_to(step.id) if link.source in rank]
        rank[step.id] = 1 + max(sources, default=-1)
    return rank


def _box(graph: Graph, step: Step) -> _Box:
    kind = CATALOGUE.get(step.type)
    if not graph.inside(step.id):
        w, h = EMPTY_LOOP if kind and kind.is_loop else (CARD_W, CARD_H)
        return _Box(step, w, h)
    _, w, h = _laid_out(graph, step.id)
    return _Box(step, w + 2 * LOOP_PAD, h + LOOP_HEAD + LOOP_PAD)


def _width(row: list[_Box]) -> float:
    return sum(box.w for box in row) + BESIDE * (len(row) - 1)


def _fitted_in(graph: Graph, base: Graph) -> Graph:
    """New steps stand below what leads to them; what stood there, and all below, moves down."""
    for step in graph.order:
        if base.find(step.id) is not None:
            continue
        before = [graph.step(link.source) for link in graph.links_to(step.id)]
        loop = graph.find(step.parent or "")
        if before:
            x, y = before[0].x, max(one.y for one in before) + CARD_H + BELOW
        elif loop is not None:
            x, y = loop.x + LOOP_PAD, loop.y + LOOP_HEAD
        else:
            x = max((one.x for one in graph.steps), default=0) + CARD_W + BESIDE
            y = min((one.y for one in graph.steps), default=0)
        height = _box(graph, step).h
        if _is_taken(graph, step, x, y, height):
            graph = _pushed(graph, step, y, height + BELOW)
        graph = _moved(graph, {step.id: (x, y)})
    return graph


def _is_taken(graph: Graph, step: Step, x: float, y: float, height: float) -> bool:
    return any(
        abs(one.x - x) < CARD_W and y - CARD_H < one.y < y + height
        for one in graph.steps
        if one.id not in (step.id, step.parent)
    )


def _pushed(graph: Graph, new: Step, y: float, by: float) -> Graph:
    low = {one.id: (one.x, one.y + by) for one in graph.steps if one.y >= y and one.id != new.id}
    return _moved(graph, low)


def _grid(value: float) -> float:
    rounded = round(value / GRID) * GRID
    return max(-900_000, min(900_000, rounded))
