"""Lines that only show somebody what came: a flow has pages for that."""

import ast
from collections.abc import Iterator

from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.syntax import called
from app.moving_in.walk.declarations import NEEDLESS

_SHOWN = "Only shows what came: not needed here."
_NEWS = frozenset({"new_items", "stream_events", "raw_responses"})


def only_shows(node: ast.stmt) -> bool:
    """Whether a loop or a choice has nothing inside but lines that show something.

    A loop over what an agent just did may also give names, which nobody uses behind it.
    """
    if not isinstance(node, ast.If | ast.For | ast.AsyncFor):
        return False
    is_news = isinstance(node, ast.For | ast.AsyncFor) and _is_news(node.iter)
    leaves = [one for one in _inside(node) if not isinstance(one, ast.If | ast.For | ast.AsyncFor)]
    others = [one for one in leaves if not _shows(one)]
    is_shown = len(others) < len(leaves)
    return is_shown and (not others or (is_news and all(map(_names, others))))


def tell_shown(scene: Scene, node: ast.stmt) -> None:
    """Each of its lines is told."""
    scene.ready(node, _SHOWN, head_only=True)
    for one in _inside(node):
        scene.ready(one, _SHOWN, head_only=bool(getattr(one, "body", None)))


def _inside(node: ast.stmt) -> Iterator[ast.stmt]:
    return (one for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node)


def _is_news(of: ast.expr) -> bool:
    return called(of) in _NEWS or getattr(of, "attr", "") in _NEWS


def _shows(node: ast.stmt) -> bool:
    is_call = isinstance(node, ast.Expr) and called(node.value) in NEEDLESS
    is_words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_call or is_words


def _names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.Pass | ast.Continue)
