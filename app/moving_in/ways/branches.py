"""Where a program chooses its way, and what becomes of that."""

import ast
from collections.abc import Sequence

from app.engine.values import Json
from app.lib.ids import new_word
from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.guards import approval
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.comparisons import MAX_ROWS, Rows, is_loose, rows_of
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Guarded
from app.moving_in.meanings.syntax import bare, called
from app.moving_in.ways.deciding import LOOSE, decide, question
from app.moving_in.ways.meeting import Course, meet
from app.moving_in.ways.runs import hoisted

Branch = tuple[Sequence[Way], Sequence[ast.stmt]]
MAX_LABEL_CHARS = 40


def choose(scene: Scene, node: ast.If) -> None:
    """An `if` with all its ways."""
    asked = _approval_in(node.test)
    if asked is not None:
        step, _ = approval(scene, asked, node, head_only=True)
        yes, no = scene.drawing.ways_of(step)[:2]
        if isinstance(node.test, ast.UnaryOp):
            yes, no = no, yes
        both(scene, node, [((yes,), node.body), ((no,), node.orelse)])
    elif (ways := _guarded(scene, node.test)) is not None:
        scene.ready(node, "The two ways out of the step “Guard”.", head_only=True)
        both(scene, node, [((ways[0],), node.body), ((ways[1],), node.orelse)])
    else:
        node.test = hoisted(scene, node.test, node)
        _compare(scene, node)


def _compare(scene: Scene, node: ast.If) -> None:
    chain, otherwise = _chain(node)
    cases = [_case(scene, one.test) for one in chain]
    rows = [row for case in cases if case is not None for row in case[1]]
    if len(chain) > 1 and len(rows) <= MAX_ROWS and all(case is not None for case in cases):
        _switch(scene, chain, [case for case in cases if case is not None], otherwise)
        return
    found = decide(scene, node.test)
    scene.made(node, found.became, found.doubts, head_only=True)
    if found.by_hand:
        scene.by_hand(node, found.by_hand, head_only=True)
    both(scene, node, [(found.yes, node.body), (found.no, node.orelse)])


def _case(scene: Scene, test: ast.expr) -> Rows | None:
    """One row, or several of which any may hold: cases of a switch that lead the same way."""
    found = rows_of(test, scene.names)
    return found if found is not None and (len(found[1]) == 1 or found[0] == "any") else None


def _switch(
    scene: Scene, chain: Sequence[ast.If], cases: Sequence[Rows], otherwise: Sequence[ast.stmt]
) -> None:
    rows: list[Json] = []
    labels: list[str] = []
    for _, told in cases:
        for row in told:
            labels.append(_label(row["value2"], labels))
            rows.append({"id": new_word(), "label": labels[-1], **row})
    name = question([row for _, told in cases for row in told], "Which case")
    step = scene.drawing.add("switch", name, {"cases": rows})
    for one in chain:
        doubts = [LOOSE] if is_loose(one.test, scene.names) else []
        said = f"Became a way of the step “{step.name}”."
        scene.made(one, said, doubts, head_only=True)
    ways = iter(scene.drawing.ways_of(step))
    branches: list[Branch] = [
        ([next(ways) for _ in told], one.body) for one, (_, told) in zip(chain, cases, strict=True)
    ]
    both(scene, chain[0], [*branches, ([*ways], otherwise)])


def both(scene: Scene, node: ast.stmt, branches: Sequence[Branch]) -> None:
    """Walk every way from here, and go on where those that have not ended come together."""
    before = dict(scene.names)
    courses: list[Course] = []
    for opened, body in branches:
        scene.names = dict(before)
        scene.drawing.open = tuple(opened)
        scene.walk(scene, body)
        courses.append(Course(scene.drawing.open, scene.names))
    meet(scene, courses, before, behind=node.end_lineno or node.lineno)


def _approval_in(test: ast.expr) -> ast.Call | None:
    inner = test.operand if isinstance(test, ast.UnaryOp) else test
    call = bare(inner)
    is_asked = called(call).startswith("approval_request")
    return call if is_asked and isinstance(call, ast.Call) else None


def _guarded(scene: Scene, test: ast.expr) -> tuple[Way, Way] | None:
    """The ways for “something was found” and “fine”, if the guard is the step right before."""
    is_turned = isinstance(test, ast.UnaryOp)
    found = meaning(test.operand if isinstance(test, ast.UnaryOp) else test, scene.names)
    if not isinstance(found, Guarded) or found.part != "has_tripwire":
        return None
    step = scene.drawing.graph.find(scene.drawing.open[0][0]) if scene.drawing.open else None
    if step is None or step.key != found.key:
        return None
    fine, stopped = scene.drawing.ways_of(step)
    return (fine, stopped) if is_turned else (stopped, fine)


def _chain(node: ast.If) -> tuple[list[ast.If], Sequence[ast.stmt]]:
    """The `if` and its `elif`s, and what stands under `else`."""
    chain = [node]
    while len(chain[-1].orelse) == 1 and isinstance(chain[-1].orelse[0], ast.If):
        following = chain[-1].orelse[0]
        if _approval_in(following.test) is not None:
            break
        chain.append(following)
    return chain, chain[-1].orelse


def _label(value: Json, taken: Sequence[str]) -> str:
    label = str(value or "").strip()[:MAX_LABEL_CHARS]
    return label if label and label not in taken else f"Case {len(taken) + 1}"
