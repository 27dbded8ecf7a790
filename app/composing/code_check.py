"""Whether a formula or a piece of code that was written can run: read, never run here."""

import ast
import textwrap
from collections.abc import Iterable

from app.engine.sandbox_port import CodeFailed, SandboxPort
from app.nodes.code import RunCode
from app.nodes.formula import Formula

_MODULES = frozenset(
    {"json", "csv", "re", "math", "datetime", "decimal", "random", "collections", "itertools"}
    | {"functools", "hashlib", "base64", "uuid", "html", "urllib"}
)
FUNCTIONS = frozenset(
    {"round", "min", "max", "sum", "len", "abs", "int", "float", "str", "bool", "sorted", "any"}
    | {"all", "list", "dict", "set", "tuple", "range", "enumerate", "zip", "reversed", "divmod"}
)
_TIME_S = 1.0


def formula_fault(text: str, names: Iterable[str], sandbox: SandboxPort | None) -> str:
    """What is wrong with a formula that works with these names; empty when nothing is."""
    wrong = Formula.fields["expression"].check(text)
    if wrong:
        return wrong[0]
    try:
        tree = ast.parse(f"({text.strip()}\n)", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _told(error)
    bound = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    made = {one.id for one in ast.walk(tree) if _is_made(one)}  # type: ignore[attr-defined]
    unknown = [
        one.id
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and one.id not in {*names, *FUNCTIONS, *bound, *made}
    ]
    if unknown:
        return f"The formula uses “{unknown[0]}”, and there is no value of this name."
    return _compiled(f"return (\n{text.strip()}\n)", sandbox, Formula.MEMORY_BYTES)


def code_fault(text: str, sandbox: SandboxPort | None) -> str:
    """What is wrong with a piece of code; empty when nothing is."""
    wrong = RunCode.fields["code"].check(text)
    if wrong:
        return wrong[0]
    try:
        tree = ast.parse(f"def written():\n{textwrap.indent(text, '    ')}")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _told(error)
    for one in ast.walk(tree):
        names = [alias.name for alias in one.names] if isinstance(one, ast.Import) else []
        names += [one.module or ""] if isinstance(one, ast.ImportFrom) else []
        foreign = [name for name in names if name.split(".")[0] not in _MODULES]
        if foreign:
            return f"The code imports “{foreign[0]}”, which is not there."
    return _compiled(text, sandbox, 16_000_000)


def _compiled(text: str, sandbox: SandboxPort | None, memory_bytes: int) -> str:
    """What the sandbox says to code that is only read there: it is in a function nobody calls."""
    if sandbox is None:
        return ""
    wrapped = f"def written():\n{textwrap.indent(text, '    ')}\nNone"
    try:
        sandbox.run(wrapped, {}, time_s=_TIME_S, memory_bytes=memory_bytes)
    except CodeFailed as failed:
        return failed.sentence
    return ""


def _is_made(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _told(error: Exception) -> str:
    return (
        f"It cannot be read: {error.msg}." if isinstance(error, SyntaxError) else "It is too long."
    )
