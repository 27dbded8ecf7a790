"""What a program does when something fails: the way “If it fails” of the steps it tried."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from app.engine.graph import Step
from app.engine.ports import ERROR
from app.engine.states import OnError
from app.moving_in.drawn.drawing import Way
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.kinds import Names, Unknown
from app.moving_in.meanings.syntax import source_of
from app.moving_in.ways.meeting import Course, meet

_CAN_FAIL = frozenset({"ask_model", "agent_with_tools", "code", "formula"})
_GUARDRAIL = ("Guardrail", "Tripwire")
_BY_HAND = "What happens on an error: set it at the step that can fail."
_NOT_APART = "Every failure goes the same way here, whatever kind of error it is."


def attempt(scene: Scene, node: ast.Try) -> None:
    """A `try` with what it does on errors."""
    before = dict(scene.names)
    there = {one.id for one in scene.drawing.graph.steps}
    scene.walk(scene, node.body)
    tried = [one for one in scene.drawing.graph.steps if one.id not in there and _fails(scene, one)]
    scene.walk(scene, node.orelse)
    handlers = _answered(node.handlers)
    for other in node.handlers:
        if other not in handlers[:1]:
            _left_out(scene, other)
    if not handlers:
        scene.ready(node, "The steps it tried are here.", head_only=True)
    elif _only_raises(handlers[0].body):
        scene.ready(node, "A step that fails stops the run and says why.", head_only=True)
        for one in handlers[0].body:
            scene.ready(one, "A step that fails stops the run by itself.")
    elif not tried:
        scene.ready(node, "No step in it can fail.", head_only=True)
        for one in handlers[0].body:
            scene.ready(one, "No step before it can fail, so nothing leads here.")
    else:
        _on_failure(scene, node, handlers, tried, before)
    scene.walk(scene, node.finalbody)


def _on_failure(
    scene: Scene,
    node: ast.Try,
    handlers: Sequence[ast.ExceptHandler],
    tried: Sequence[Step],
    before: Names,
) -> None:
    doubts = [_NOT_APART] if len(handlers) > 1 else []
    scene.made(
        node,
        "If one of its steps fails, the run goes on by that step's way “If it fails”.",
        doubts,
        head_only=True,
    )
    done = Course(scene.drawing.open, scene.names)
    scene.names = {**before}
    if handlers[0].name:
        scene.names[handlers[0].name] = Unknown("what failed")
    scene.drawing.open = tuple(_failing(scene, one) for one in tried)
    scene.walk(scene, handlers[0].body)
    failed = Course(scene.drawing.open, scene.names)
    meet(scene, [done, failed], before, behind=_last_line(node))


def _fails(scene: Scene, step: Step) -> bool:
    """Whether its failure can take a way of its own from here."""
    return step.type in _CAN_FAIL and step.parent == scene.drawing.parent


def _failing(scene: Scene, step: Step) -> Way:
    now = scene.drawing.graph.find(step.id) or step
    scene.drawing.put(replace(now, on_error=OnError.ERROR_PORT))
    return step.id, ERROR.id


def _answered(handlers: Sequence[ast.ExceptHandler]) -> list[ast.ExceptHandler]:
    """Those that answer failures of steps; what guardrails raise is no failure here."""
    kinds = [(one, source_of(one.type) if one.type else "") for one in handlers]
    return [one for one, kind in kinds if not any(word in kind for word in _GUARDRAIL)]


def _left_out(scene: Scene, handler: ast.ExceptHandler) -> None:
    for one in handler.body:
        if isinstance(one, ast.Raise) and one.exc is None:
            scene.check(one, _NOT_APART)
        else:
            scene.by_hand(one, _BY_HAND)


def _only_raises(body: Sequence[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Raise) and body[-1].exc is None


def _last_line(node: ast.Try) -> int:
    """The last line before what is done in any case, which reads what both ways gave."""
    last = node.handlers[-1].body[-1]
    return last.end_lineno or last.lineno
