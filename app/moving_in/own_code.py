"""Functions of the program as code that a step can run: read and put together, never run here."""

import ast
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.composing.code_check import FUNCTIONS, code_fault
from app.engine.keys import fresh_key
from app.engine.redact import HIDDEN
from app.engine.values import Json
from app.moving_in.expressions import called, constant, source_of

MAX_PARTS = 12  # other functions and values that a function works with
Functions: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Statements: TypeAlias = Mapping[str, ast.stmt]
_KINDS = {"str": "long_text", "int": "number", "float": "number", "bool": "switch"}
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


class CannotRun(Exception):
    """The function works with something that code here does not have; `sentence` says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


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
    _refuse_kinds(made)
    parts = _parts(made, around)
    inputs, values, given = _arguments(made, {*parts, made.name})
    lines = [_source(one) for one in parts.values()]
    code = "\n".join([*lines, _source(made), f"return {made.name}({', '.join(given)})"])
    fault = code_fault(code, None)
    if fault:
        raise CannotRun(_about_import(fault))
    hidden = "A key in it was taken out: it does not work without." if HIDDEN in code else ""
    return CodeMade(code, inputs, values, frozenset(parts), (hidden,) if hidden else ())


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


def _arguments(made: Functions, taken: set[str]) -> tuple[list[Json], list[Json], list[str]]:
    if made.args.vararg or made.args.kwarg:
        raise CannotRun("It takes any number of values; a form asks for those that it names.")
    places = [*made.args.posonlyargs, *made.args.args]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(made.args.defaults))
    defaults += made.args.defaults
    every = [*zip(places, defaults, strict=True)]
    every += zip(made.args.kwonlyargs, made.args.kw_defaults, strict=True)
    inputs: list[Json] = []
    values: list[Json] = []
    given: list[str] = []
    keys: set[str] = set()
    for number, (one, default) in enumerate(every):
        is_named = number >= len(places)
        before = f"{one.arg}=" if is_named else ""
        if "Context" in (ast.unparse(one.annotation) if one.annotation else ""):
            given.append(f"{before}None")
            continue
        key = fresh_key(one.arg, keys)
        keys.add(key)
        name = f"{key}_given" if key in taken or keyword.iskeyword(key) else key
        inputs.append(_question(one, key, default))
        values.append({"name": name, "value": "{{ trigger." + key + " }}"})
        if default is not None:
            given.append(f"{before}{ast.unparse(default)} if {name} in (None, '') else {name}")
        else:
            given.append(before + name)
    return inputs, values, given


def _question(of: ast.arg, key: str, default: ast.expr | None) -> Json:
    kind, options = _kind(of)
    label = of.arg.replace("_", " ").strip() or key
    required = default is None and kind != "switch"
    return {
        "label": label[:1].upper() + label[1:],
        "key": key,
        "kind": kind,
        "required": required,
        "options": list(options),
        "hint": "",
    }


def _kind(of: ast.arg) -> tuple[str, tuple[str, ...]]:
    node = _annotation(of)
    if node is None:
        return "long_text", ()
    if isinstance(node, ast.Subscript) and source_of(node.value) == "Literal":
        several = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        options = tuple(constant(one) for one in several)
        if all(options):
            return "choice", options
    kind = _KINDS.get(node.id) if isinstance(node, ast.Name) else None
    if kind is None:
        raise CannotRun(
            f"It takes “{of.arg[:60]}” as {source_of(node)}; what begins an agent takes texts, "
            "numbers, choices, and yes or no."
        )
    return kind, ()


def _annotation(of: ast.arg) -> ast.expr | None:
    """What it is said to be, without `Annotated`, `Optional` and `| None` around it."""
    node = of.annotation
    if isinstance(node, ast.Subscript) and source_of(node.value) in ("Annotated", "Optional"):
        inside = node.slice
        node = inside.elts[0] if isinstance(inside, ast.Tuple) and inside.elts else inside
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        node = node.left
    return node


class _Plainly(ast.NodeTransformer):
    """The code as a step has it: no marks, no annotations, nothing to wait for."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Without marks and what it gives."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A function like any other: nothing inside waits."""
        return self._function(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Without its annotation."""
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """A plain assignment."""
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)

    def _function(self, node: Functions) -> ast.AST:
        self.generic_visit(node)
        plain = ast.FunctionDef(node.name, node.args, node.body or [ast.Pass()], [], None)
        return ast.fix_missing_locations(ast.copy_location(plain, node))


def _source(node: ast.stmt) -> str:
    try:
        copied = ast.parse(ast.unparse(node)).body[0]
        return ast.unparse(ast.fix_missing_locations(_Plainly().visit(copied)))
    except (ValueError, RecursionError, SyntaxError, IndexError):
        raise CannotRun("It could not be read whole.") from None


def _about_import(fault: str) -> str:
    return fault.replace("The code imports", "It imports").replace(
        "which is not there.", "which code here does not have."
    )
