"""Expressions that become steps: an agent that runs, a person who is asked, several at once."""

import ast
import copy

from app.moving_in.drawn.asking import ask, is_run
from app.moving_in.drawn.guards import GUARDS, approval, guard
from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.kinds import Meaning
from app.moving_in.meanings.syntax import bare, called
from app.moving_in.ways import side_by_side
from app.moving_in.ways.called import in_place, may_stand

_WAITED = frozenset({"create_task", "ensure_future", "wait_for", "shield"})
# What is inside these runs only sometimes, or more than once.
_NOT_ALWAYS = (ast.IfExp, ast.Lambda, ast.GeneratorExp, ast.SetComp, ast.DictComp)


def step_of(scene: Scene, value: ast.expr | None, node: ast.stmt) -> Meaning | None:
    """What the steps give that this expression becomes; None when it becomes none."""
    call = bare(value) if value is not None else None
    if isinstance(call, ast.ListComp) and runs_in(scene, call.elt):
        return side_by_side.each(scene, call, node, given=_given)
    if not isinstance(call, ast.Call):
        return None
    if called(call) in _WAITED and call.args:
        return step_of(scene, call.args[0], node)
    if is_run(call):
        return ask(scene, call, node)
    if called(call) in GUARDS:
        return guard(scene, call, node)
    if called(call).startswith("approval_request"):
        return approval(scene, call, node)[1]
    if called(call) == "gather":
        return side_by_side.gathered(scene, call, node, given=_given)
    return in_place(scene, call, node)


def hoisted(scene: Scene, value: ast.expr, node: ast.stmt) -> ast.expr:
    """The expression with a name for each step that is drawn for what runs inside it."""
    if not runs_in(scene, value):
        return value
    whole = ast.Expression(copy.deepcopy(value))
    _Hoisting(scene, node).visit(whole)
    return ast.fix_missing_locations(whole).body


def runs_in(scene: Scene, value: ast.AST) -> bool:
    """Whether anything inside becomes a step."""
    return any(_becomes_step(scene, one) for one in ast.walk(value))


def _becomes_step(scene: Scene, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    is_asked = called(node) in GUARDS or called(node).startswith("approval_request")
    return is_run(node) or is_asked or may_stand(scene, node)


def _given(scene: Scene, value: ast.expr, node: ast.stmt) -> tuple[Meaning | None, ast.expr]:
    """What an expression gives that may be a step, and what is left of it to be read."""
    made = step_of(scene, value, node)
    return made, value if made is not None else hoisted(scene, value, node)


class _Hoisting(ast.NodeTransformer):
    def __init__(self, scene: Scene, node: ast.stmt) -> None:
        self.scene, self.node = scene, node

    def visit(self, node: ast.AST) -> ast.AST:
        """A run becomes a name; of `a and b` only the first is certain to be asked."""
        if isinstance(node, _NOT_ALWAYS):
            return node
        if isinstance(node, ast.BoolOp):
            first = ast.Expression(node.values[0])
            self.visit(first)
            return ast.BoolOp(node.op, [first.body, *node.values[1:]])
        if isinstance(node, ast.Await | ast.Call | ast.ListComp):
            made = step_of(self.scene, node, self.node)
            if made is not None:
                name = f"run {len(self.scene.names)}"  # no Python name has spaces
                self.scene.names[name] = made
                return ast.copy_location(ast.Name(name, ast.Load()), node)
        visited: ast.AST = super().visit(node)
        return visited
