"""What an expression looks like: what it calls, with which arguments, as which words."""

import ast
from typing import Any, TypeAlias

MAX_SOURCE_CHARS = 60
Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def source_of(node: ast.AST) -> str:
    """The expression as the program says it, short."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return "…"
    return text if len(text) <= MAX_SOURCE_CHARS else f"{text[:MAX_SOURCE_CHARS]}…"


def called(node: ast.AST | None) -> str:
    """The last word of what is called: `Runner.run(…)` gives `run`; empty for no call."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return ""
    func = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def bare(node: ast.expr) -> ast.expr:
    """The expression without `await`."""
    return node.value if isinstance(node, ast.Await) else node


def keyword(call: ast.Call, name: str, place: int | None = None) -> ast.expr | None:
    """An argument by its name, or by its place."""
    found = next((one.value for one in call.keywords if one.arg == name), None)
    if found is None and place is not None and place < len(call.args):
        found = call.args[place]
    return found


def constant(node: ast.AST | None) -> str:
    """The text that stands there, or an empty one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def literal(node: ast.expr | None) -> Any:
    """The value that is written out there; None for anything that is worked out."""
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def reads_of(made: Functions) -> dict[str, int]:
    """The names that a function reads, each with the last line where it does."""
    reads: dict[str, int] = {}
    for one in ast.walk(made):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
            reads[one.id] = max(reads.get(one.id, 0), one.lineno)
    return reads
