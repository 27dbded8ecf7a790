"""The head of a program: what stands around its workflow, statement by statement."""

import ast
from collections.abc import Sequence

from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Unknown
from app.moving_in.meanings.syntax import Functions, called
from app.moving_in.walk import declarations


def declare(scene: Scene, node: ast.stmt) -> None:
    """One statement of the program's head."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        declarations.imported(scene, node)
    elif isinstance(node, ast.ClassDef):
        declarations.class_made(scene, node)
    elif isinstance(node, Functions):
        declarations.function_made(scene, node)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        _assign(scene, targets, node.value, node)
    elif declarations.is_handed_over(scene, node):
        return
    elif _is_needless(node):
        scene.ready(node, "Not needed here.")
    else:
        scene.by_hand(node, "Code outside the workflow. It does not move in.")


def named_by(node: ast.stmt) -> list[str]:
    """The names that a statement of the program's head gives."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [one.asname or one.name.partition(".")[0] for one in node.names]
    if isinstance(node, Functions | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _assign(scene: Scene, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt) -> None:
    target = targets[0]
    if isinstance(target, ast.Name) and len(targets) == 1:
        if not declarations.assigned(scene, target.id, value, node):
            _kept(scene, target.id, value, node)
    elif "environ" in ast.unparse(target):
        scene.ready(node, "Not needed here: keys and models are kept in Settings.")
    else:
        scene.by_hand(node, "Code outside the workflow. It does not move in.")


def _is_needless(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        is_words = isinstance(node.value, ast.Constant)
        return is_words or called(node.value) in declarations.NEEDLESS
    is_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
    return is_main or isinstance(node, ast.Pass)


def _kept(scene: Scene, name: str, value: ast.expr, node: ast.stmt) -> None:
    """A plain value of the program's head: it stands wherever it is used."""
    found = meaning(value, scene.names)
    scene.names[name] = found
    if isinstance(found, Unknown):
        scene.by_hand(node, "Worked out by code of its own. A step “Code” can do this.")
    else:
        scene.ready(node, "Stands wherever it is used.")
