"""Where a program chooses its way, and what becomes of that."""

import ast
from collections.abc import Callable, Mapping, Sequence

from app.engine.conditions import told_side
from app.engine.values import Json
from app.lib.ids import new_word
from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.guards import approval
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.comparisons import is_loose, row_of, rows_of
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Guarded, Names
from app.moving_in.meanings.syntax import bare, called, source_of
from app.moving_in.meanings.ways import merged

Walk = Callable[[Scene, Sequence[ast.stmt]], None]
Branch = tuple[Sequence[Way], Sequence[ast.stmt]]
MAX_LABEL_CHARS = 40
MAX_CASES = 20
LOOSE = "Check what counts as yes: text that is there does, also the word “false”."


def choose(scene: Scene, node: ast.If, walk: Walk) -> None:
    """An `if` with all its ways."""
    asked = _approval_in(node.test)
    if asked is not None:
        step, _ = approval(scene, asked, node, head_only=True)
        yes, no = scene.drawing.ways_of(step)[:2]
        if isinstance(node.test, ast.UnaryOp):
            yes, no = no, yes
        both(scene, [((yes,), node.body), ((no,), node.orelse)], walk)
    elif (ways := _guarded(scene, node.test)) is not None:
        scene.ready(node, "The two ways out of the step “Guard”.", head_only=True)
        both(scene, [((ways[0],), node.body), ((ways[1],), node.orelse)], walk)
    else:
        _compare(scene, node, walk)


def _compare(scene: Scene, node: ast.If, walk: Walk) -> None:
    chain, otherwise = _chain(node)
    cases = [row_of(one.test, scene.names) for one in chain]
    if 1 < len(chain) <= MAX_CASES and all(case is not None for case in cases):
        rows: list[Json] = [
            {"id": new_word(), "label": label, **case}
            for label, case in zip(_labels(chain), cases, strict=True)
            if case is not None
        ]
        step = scene.drawing.add("switch", _question(cases, "Which case"), {"cases": rows})
        for one in chain:
            doubts = [LOOSE] if is_loose(one.test) else []
            said = f"Became a way of the step “{step.name}”."
            scene.made(one, said, doubts, head_only=True)
        ways = scene.drawing.ways_of(step)
        bodies = [*(one.body for one in chain), otherwise]
        both(scene, [((way,), body) for way, body in zip(ways, bodies, strict=True)], walk)
        return
    found = rows_of(node.test, scene.names)
    name = source_of(node.test)[:40] if found is None else _question(found[1], "Which way")
    fields = {"conditions": conditions(*found)} if found is not None else {}
    step = scene.drawing.add("if", name, fields)
    if found is None:
        scene.by_hand(node, f"Say in the step “{step.name}” what is compared.", head_only=True)
    else:
        doubts = [LOOSE] if is_loose(node.test) else []
        scene.made(node, f"Became the step “{step.name}”.", doubts, head_only=True)
    yes, no = scene.drawing.ways_of(step)
    both(scene, [((yes,), node.body), ((no,), node.orelse)], walk)


def both(scene: Scene, branches: Sequence[Branch], walk: Walk) -> None:
    """Walk every way from here, and go on where those that have not ended come together."""
    before = dict(scene.names)
    ends: list[Way] = []
    ways: list[Names] = []
    for opened, body in branches:
        scene.names = dict(before)
        scene.drawing.open = tuple(opened)
        walk(scene, body)
        if scene.drawing.open:
            ways.append(scene.names)
        ends += scene.drawing.open
    scene.drawing.open = tuple(ends)
    scene.names = merged(ways, before) if ways else before


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


def _labels(chain: Sequence[ast.If]) -> list[str]:
    labels: list[str] = []
    for number, one in enumerate(chain, start=1):
        right = one.test.comparators[0] if isinstance(one.test, ast.Compare) else None
        value = right.value if isinstance(right, ast.Constant) else None
        label = str(value or "").strip()[:MAX_LABEL_CHARS] or f"Case {number}"
        labels.append(label if label not in labels else f"Case {number}")
    return labels


def _question(rows: Sequence[Mapping[str, Json] | None], otherwise: str) -> str:
    """What is asked where ways part, in a few words: `Which category`, `category is return`."""
    firsts = {str(row["value"]) for row in rows if row is not None}
    path = firsts.pop().strip("{} ") if len(firsts) == 1 else ""
    word = path.partition("|")[0].strip().rpartition(".")[2].replace("_", " ")
    if not word or not word.replace(" ", "").isalnum():
        return otherwise
    row = rows[0]
    if len(rows) > 1 or row is None:
        return f"Which {word}"
    told = told_side({**row, "value": word})
    value = str(row["value2"] or "")
    return f"{told} {value}".strip() if "{{" not in value else told


def conditions(match: str, rows: list[dict[str, Json]]) -> Json:
    """Rows of conditions as a setting holds them."""
    return {"match": match, "rows": list(rows)}
