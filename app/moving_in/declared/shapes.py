"""Classes of the program that say what values look like, as rows of expected values."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.engine.field_schema import MAX_ROWS
from app.engine.shape import NESTED
from app.moving_in.meanings.syntax import called, constant, keyword, source_of

Row = dict[str, Any]
_KINDS = {
    "str": "text",
    "EmailStr": "text",
    "int": "whole",
    "float": "number",
    "bool": "switch",
    "dict": "group",
    "Dict": "group",
}
_LISTS = frozenset({"list", "List", "Sequence", "tuple", "set"})
MAX_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class Shape:
    """The rows of one class, and what could not be said in them."""

    rows: tuple[Row, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the rows are called."""
        return tuple(str(row["name"]) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Known:
    """The classes read so far: shapes, and the choices of enumerations, by name."""

    shapes: Mapping[str, Shape]
    choices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    needed: bool = True
    words: str = ""
    inside: tuple[Row, ...] = ()
    doubt: str = ""


def bases(node: ast.ClassDef) -> tuple[str, ...]:
    """The last words of what the class is made from."""
    found = (one.value if isinstance(one, ast.Subscript) else one for one in node.bases)
    return tuple(
        one.attr if isinstance(one, ast.Attribute) else one.id if isinstance(one, ast.Name) else ""
        for one in found
    )


def shape_of(node: ast.ClassDef, known: Known) -> Shape:
    """The values that the class names."""
    rows: list[Row] = []
    doubts: list[str] = []
    for parent in bases(node):
        inherited = known.shapes.get(parent)
        rows += inherited.rows if inherited else ()
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        row, doubt = _row(one.target.id, one, known)
        rows.append(row)
        doubts += [f"“{one.target.id}”: {doubt}"] if doubt else []
    if len(rows) > MAX_ROWS:
        doubts.append(f"It has more than {MAX_ROWS} values; the later ones were left out.")
    return Shape(tuple(rows[:MAX_ROWS]), tuple(doubts))


def choices_of(node: ast.ClassDef) -> tuple[str, ...]:
    """The values of an enumeration."""
    values = (one.value for one in node.body if isinstance(one, ast.Assign))
    return tuple(
        str(one.value) for one in values if isinstance(one, ast.Constant) and one.value is not None
    )


def _row(name: str, node: ast.AnnAssign, known: Known) -> tuple[Row, str]:
    kind = _kind(node.annotation, known)
    needed = kind.needed and _has_no_default(node.value)
    said = [kind.words, _description(node.value)]
    row = {
        "name": name[:MAX_NAME_CHARS],
        "kind": kind.kind,
        "required": needed,
        "description": " ".join(one for one in said if one)[:400],
        "inside": [_flat(one) for one in kind.inside],
    }
    return row, kind.doubt


def _flat(row: Row) -> Row:
    """A row inside a group: groups go one level deep."""
    is_deep = row["kind"] in NESTED
    return {
        name: "text" if is_deep and name == "kind" else value
        for name, value in row.items()
        if name != "inside"
    }


def _kind(node: ast.expr, known: Known) -> _Kind:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _named(node.value, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _one_of([node.left, node.right], known)
    if isinstance(node, ast.Subscript):
        return _of(node, known)
    word = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return _named(str(word), known)


def _named(word: str, known: Known) -> _Kind:
    if word in _KINDS:
        return _Kind(_KINDS[word])
    if word in known.shapes:
        return _Kind("group", inside=known.shapes[word].rows)
    if word in known.choices:
        return _Kind("text", words=_one_word_of(known.choices[word]))
    if word in _LISTS:
        return _Kind("texts")
    return _Kind("text", doubt=f"{word or 'its kind'} is not known here, so it is a text.")


def _of(node: ast.Subscript, known: Known) -> _Kind:
    word = getattr(node.value, "id", "") or getattr(node.value, "attr", "")
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if word == "Optional":
        return replace(_kind(inner[0], known), needed=False)
    if word == "Literal":
        values = [str(one.value) for one in inner if isinstance(one, ast.Constant)]
        return _Kind("text", words=_one_word_of(tuple(values)))
    if word == "Union":
        return _one_of(inner, known)
    if word == "Annotated":
        return _kind(inner[0], known)
    if word in _LISTS:
        item = _kind(inner[0], known)
        if item.kind == "group":
            return replace(item, kind="groups")
        return replace(item, kind="texts")
    if word in ("dict", "Dict"):
        return _Kind("group")
    return _Kind("text", doubt=f"{source_of(node)} is not known here, so it is a text.")


def _one_of(nodes: list[ast.expr], known: Known) -> _Kind:
    """`str | None` is a text that may be missing."""
    kinds = [one for one in nodes if not _is_none(one)]
    if not kinds:
        return _Kind("text", needed=False)
    found = _kind(kinds[0], known)
    doubt = found.doubt or ("it may be of several kinds." if len(kinds) > 1 else "")
    return replace(found, needed=found.needed and len(kinds) == len(nodes), doubt=doubt)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _one_word_of(values: tuple[str, ...]) -> str:
    return f"One of: {', '.join(values)}." if values else ""


def _has_no_default(value: ast.expr | None) -> bool:
    if value is None or (isinstance(value, ast.Constant) and value.value is ...):
        return True
    if not isinstance(value, ast.Call) or called(value) != "Field":
        return False
    default = keyword(value, "default", 0)
    is_open = isinstance(default, ast.Constant) and default.value is ...
    return (default is None or is_open) and keyword(value, "default_factory") is None


def _description(value: ast.expr | None) -> str:
    if not isinstance(value, ast.Call) or called(value) != "Field":
        return ""
    return constant(keyword(value, "description"))
