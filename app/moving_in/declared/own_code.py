"""Functions of the program as code that a step can run: put together, never run here."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.composing.code_check import FUNCTIONS, code_fault
from app.engine.redact import HIDDEN
from app.engine.values import Json
from app.moving_in.declared.code_inputs import CannotRun, arguments
from app.moving_in.declared.code_text import plain_source
from app.moving_in.meanings.syntax import Functions, called, source_of

MAX_PARTS = 12  # other functions and values that a function works with
Statements: TypeAlias = Mapping[str, ast.stmt]
_WEB = frozenset({"requests", "httpx", "aiohttp", "urllib3", "http", "socket", "websockets"})
_MACHINE = frozenset({"os", "subprocess", "shutil", "pathlib", "tempfile", "glob", "sys"})
_UNKNOWN_HERE = (ast.With, ast.AsyncWith, ast.Yield, ast.YieldFrom, ast.Delete, ast.Await)
_BUILT_IN = FUNCTIONS | frozenset(
    (
        *("bytes", "chr", "filter", "frozenset", "hash", "isinstance", "map", "next", "ord"),
        *("pow", "print", "repr", "type", "Exception", "ValueError", "KeyError", "TypeError"),
        *("IndexError", "ZeroDivisionError", "RuntimeError", "LookupError"),
    )
)


@dataclass(frozen=True, slots=True)
class CodeMade:
    """Code with the questions of a form that begin it, and the values it is given.

    `parts` are the other things at the program's head that it holds, too.
    """

    code: str
    inputs: list[Json]
    values: list[Json]
    parts: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()


def code_of(made: Functions, around: Statements) -> CodeMade:
    """The function with all it works with; raises CannotRun.

    `around` are the statements at the head of the program, by the name each gives.
    """
    if all(_says_nothing(one) for one in made.body):
        raise CannotRun("Its code is not in the export: only its name and what it takes.")
    lines, parts = code_around(made, around)
    inputs, values, given = arguments(made, {*parts, made.name})
    code = "\n".join([*lines, plain_source(made), f"return {made.name}({', '.join(given)})"])
    fault = code_fault(code, None)
    if fault:
        raise CannotRun(_about_import(fault))
    hidden = "A key in it was taken out: it does not work without." if HIDDEN in code else ""
    return CodeMade(code, inputs, values, parts, (hidden,) if hidden else ())


def code_around(made: Functions, around: Statements) -> tuple[list[str], frozenset[str]]:
    """What a function works with at the head of the program: its code, its names.

    Raises CannotRun where a part of it, or of the function, cannot run here.
    """
    _refuse_kinds(made)
    parts = _parts(made, around)
    return [plain_source(one) for one in parts.values()], frozenset(parts)


def _says_nothing(node: ast.stmt) -> bool:
    is_words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_open = isinstance(node, ast.Raise) and "NotImplemented" in source_of(node)
    return is_words or is_open or isinstance(node, ast.Pass)


def _parts(made: Functions, around: Statements) -> dict[str, ast.stmt]:
    """What stands at the head of the program and is used inside, what comes first before."""
    found: dict[str, ast.stmt] = {}
    _collect(made, around, found, frozenset({made.name}))
    ordered = sorted(found.items(), key=lambda one: one[1].lineno)
    return {name: node for name, node in ordered if not _is_typing(node)}


def _collect(
    of: ast.stmt, around: Statements, found: dict[str, ast.stmt], inside: frozenset[str]
) -> None:
    own = {one.arg for one in ast.walk(of) if isinstance(one, ast.arg)}
    own |= {one.name for one in ast.walk(of) if isinstance(one, Functions)}
    own |= {one.name for one in ast.walk(of) if isinstance(one, ast.ExceptHandler) and one.name}
    own |= {one for inner in ast.walk(of) for one in _imported(inner)}
    named = [one for one in _run_parts(of) if isinstance(one, ast.Name)]
    own |= {one.id for one in named if isinstance(one.ctx, ast.Store)}
    for name in dict.fromkeys(one.id for one in named if isinstance(one.ctx, ast.Load)):
        if name in own or name in found or name in inside or name in _BUILT_IN:
            continue
        node = around.get(name)
        if node is None:
            raise CannotRun(f"It works with “{name[:60]}”, which code here does not have.")
        _refuse_kinds(node)
        if len(found) >= MAX_PARTS:
            raise CannotRun("It works with too many other parts of the program.")
        found[name] = node
        if isinstance(node, Functions | ast.Assign | ast.AnnAssign):
            _collect(node, around, found, inside | {name})


def _run_parts(of: ast.stmt) -> Iterator[ast.AST]:
    """All that is worked out; what annotations and marks name is left out of the code."""
    skipped: set[int] = set()
    for one in ast.walk(of):
        if isinstance(one, ast.arg | ast.AnnAssign) and one.annotation is not None:
            skipped |= {id(inner) for inner in ast.walk(one.annotation)}
        elif isinstance(one, Functions):
            around = [*one.decorator_list, *([one.returns] if one.returns else [])]
            skipped |= {id(inner) for each in around for inner in ast.walk(each)}
    return (one for one in ast.walk(of) if id(one) not in skipped)


def _refuse_kinds(node: ast.stmt) -> None:
    if isinstance(node, ast.ClassDef):
        raise CannotRun(f"It works with the class “{node.name[:60]}” of the program.")
    if isinstance(node, ast.Assign | ast.AnnAssign) and _calls(node):
        raise CannotRun(f"It works with “{_calls(node)}”, which is made by code of its own.")
    for one in ast.walk(node):
        if isinstance(one, _UNKNOWN_HERE):
            word = type(one).__name__.removeprefix("Async").lower().replace("from", "")
            raise CannotRun(f"It uses “{word}”, which code here does not know.")
        module = _modules(one)
        if module & _WEB or any(name.startswith("urllib.request") for name in _whole(one)):
            raise CannotRun(
                "It goes to the internet, which code here may not: give the step the tool “Ask a "
                "service” with the address that it asks."
            )
        if module & _MACHINE or called(one) == "open":
            raise CannotRun("It works with files or settings of a computer: code here has none.")


def _calls(node: ast.Assign | ast.AnnAssign) -> str:
    made = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    plain = {"set", "dict", "list", "frozenset", "tuple", "Decimal", "compile", "date"}
    return next((called(one)[:60] or "code" for one in made if called(one) not in plain), "")


def _whole(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _modules(node: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in _whole(node)}


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.partition(".")[0] for one in node.names)


def _is_typing(node: ast.stmt) -> bool:
    return bool(_modules(node) & {"typing", "typing_extensions", "agents", "__future__"})


def _about_import(fault: str) -> str:
    return fault.replace("The code imports", "It imports").replace(
        "which is not there.", "which code here does not have."
    )
