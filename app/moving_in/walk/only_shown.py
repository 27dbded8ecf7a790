"""Lines that only show somebody what came: a flow has pages for that."""

import ast
from collections.abc import Iterator

from app.moving_in.drawn.scene import Scene
from app.moving_in.meanings.syntax import called

SHOWN = "Only shows what came: left out."
_PRINTS = frozenset({"print", "pprint"})
_LOGS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_NEWS = frozenset({"new_items", "stream_events", "raw_responses"})


def only_shows(node: ast.stmt) -> bool:
    """Whether a loop or a choice has nothing inside but lines that show something.

    A loop over what an agent just did may also give names, which nobody uses behind it.
    """
    if not isinstance(node, ast.If | ast.For | ast.AsyncFor):
        return False
    is_news = isinstance(node, ast.For | ast.AsyncFor) and _is_news(node.iter)
    leaves = [one for one in _inside(node) if not isinstance(one, ast.If | ast.For | ast.AsyncFor)]
    others = [one for one in leaves if not shows(one)]
    is_shown = len(others) < len(leaves)
    return is_shown and (not others or (is_news and all(map(_names, others))))


def tell_shown(scene: Scene, node: ast.stmt) -> None:
    """Each of its lines is told."""
    scene.ready(node, SHOWN, head_only=True)
    for one in _inside(node):
        scene.ready(one, SHOWN, head_only=bool(getattr(one, "body", None)))


def _inside(node: ast.stmt) -> Iterator[ast.stmt]:
    return (one for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node)


def _is_news(of: ast.expr) -> bool:
    return called(of) in _NEWS or getattr(of, "attr", "") in _NEWS


def shows(node: ast.stmt) -> bool:
    """Whether a line prints or logs something, or is words for readers of the code."""
    value = node.value if isinstance(node, ast.Expr) else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        of = value.func.value
        is_log = "log" in str(getattr(of, "attr", "") or getattr(of, "id", "")).lower()
        return is_log and value.func.attr in _LOGS
    return called(value) in _PRINTS or isinstance(value, ast.Constant)


def _names(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.Pass | ast.Continue)
