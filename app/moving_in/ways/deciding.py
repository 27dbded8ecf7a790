"""A test of the program as steps: one “If”, or several in a row where conditions are mixed."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.engine.conditions import told_side
from app.engine.graph import Step
from app.engine.values import Json
from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.scene import Scene
from app.moving_in.drawn.worked_out import worked_out
from app.moving_in.meanings.comparisons import Row, Rows, is_loose, joined, rows_of
from app.moving_in.meanings.syntax import source_of
from app.moving_in.meanings.texts import template

LOOSE = "Check what counts as yes: text that is there does, also the word “false”."


@dataclass(frozen=True, slots=True)
class Decided:
    """The ways on which a test holds and does not, its steps, and what to do about them."""

    yes: tuple[Way, ...]
    no: tuple[Way, ...]
    steps: tuple[Step, ...]
    doubts: tuple[str, ...] = ()
    by_hand: str = ""

    @property
    def became(self) -> str:
        """The steps in words."""
        names = [f"“{one.name}”" for one in self.steps]
        if len(names) == 1:
            return f"Became the step {names[0]}."
        return f"Became {len(names)} steps in a row, from {names[0]} to {names[-1]}."


def decide(scene: Scene, test: ast.expr) -> Decided:
    """Draw what a test asks. Parts of it that conditions cannot mix are asked one after another,
    as the program does: what decides it already is not asked on."""
    rows = rows_of(test, scene.names)
    if rows is not None:
        return _asked(scene, rows, [LOOSE] if is_loose(test, scene.names) else [])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        found = decide(scene, test.operand)
        return replace(found, yes=found.no, no=found.yes)
    if isinstance(test, ast.BoolOp):
        return _in_a_row(scene, test)
    return _worked_out(scene, test)


def _asked(scene: Scene, rows: Rows, doubts: Sequence[str] = (), *, named: str = "") -> Decided:
    fields = {"conditions": conditions(*rows)}
    step = scene.drawing.add("if", named or question(rows[1], "Which way"), fields)
    yes, no = scene.drawing.ways_of(step)
    return Decided((yes,), (no,), (step,), tuple(doubts))


def _in_a_row(scene: Scene, test: ast.BoolOp) -> Decided:
    goes_on = isinstance(test.op, ast.And)  # on a yes; `or` asks on where the answer was no
    left: list[Way] = []
    steps: list[Step] = []
    doubts: list[str] = []
    by_hand = ""
    open_ways = scene.drawing.open
    for draw in _parts(scene, test):
        scene.drawing.open = open_ways
        found = draw()
        left += found.no if goes_on else found.yes
        open_ways = found.yes if goes_on else found.no
        steps += found.steps
        doubts += [one for one in found.doubts if one not in doubts]
        by_hand = by_hand or found.by_hand
    yes, no = (open_ways, tuple(left)) if goes_on else (tuple(left), open_ways)
    return Decided(yes, no, tuple(steps), tuple(doubts), by_hand)


def _parts(scene: Scene, test: ast.BoolOp) -> list[Callable[[], Decided]]:
    """What is asked one after another: neighbours that one step can hold stand together."""
    match = "all" if isinstance(test.op, ast.And) else "any"
    parts: list[Callable[[], Decided]] = []
    held: list[ast.expr] = []
    for value in (*test.values, None):
        together = joined(match, [rows_of(one, scene.names) for one in (*held, value) if one])
        if value is not None and together is not None:
            held.append(value)
            continue
        if held:
            whole = ast.BoolOp(test.op, held) if len(held) > 1 else held[0]
            parts.append(lambda whole=whole: decide(scene, whole))  # type: ignore[misc]
        held = []
        if value is not None and rows_of(value, scene.names) is not None:
            held = [value]
        elif value is not None:
            parts.append(lambda value=value: decide(scene, value))  # type: ignore[misc]
    return parts


def _worked_out(scene: Scene, test: ast.expr) -> Decided:
    """What only code can tell is told by a step before; else somebody has to say it."""
    is_told = isinstance(test, ast.Compare)
    whole = test if is_told else ast.Call(ast.Name("bool", ast.Load()), [test], [])
    made = worked_out(scene, whole, named="Work out which way")
    if made is not None:
        row: Row = {"value": template(made.value)[0], "operator": "is_yes", "value2": ""}
        found = _asked(scene, ("all", [row]), made.doubts, named="Which way")
        return replace(found, steps=(made.step, *found.steps))
    step = scene.drawing.add("if", source_of(test)[:40], {})
    yes, no = scene.drawing.ways_of(step)
    return Decided((yes,), (no,), (step,), (), f"Say in the step “{step.name}” what is compared.")


def question(rows: Sequence[Row], otherwise: str) -> str:
    """What is asked where ways part, in a few words: `Which category`, `category is return`."""
    firsts = {str(row["value"]) for row in rows}
    path = firsts.pop().strip("{} ") if len(firsts) == 1 else ""
    word = path.partition("|")[0].strip().rpartition(".")[2].replace("_", " ")
    word = "message" if word == "input as text" else word
    if not word or not word.replace(" ", "").isalnum():
        return otherwise
    if len(rows) > 1:
        return f"Which {word}"
    told = told_side({**rows[0], "value": word})
    value = str(rows[0]["value2"] or "")
    return f"{told} {value}".strip() if "{{" not in value else told


def conditions(match: str, rows: Sequence[Row]) -> Json:
    """Rows of conditions as a setting holds them."""
    return {"match": match, "rows": list(rows)}
