"""What a program compares, as rows of conditions."""

import ast
from collections.abc import Mapping, Sequence

from app.engine.values import Json
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Meaning, Names, Plain, Ref
from app.moving_in.meanings.sums import is_number, kind_of
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import settle, template

Row = dict[str, Json]
Rows = tuple[str, list[Row]]
MAX_ROWS = 20
_OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "is",
    ast.NotEq: "is_not",
    ast.Is: "is",
    ast.IsNot: "is_not",
    ast.Gt: "more_than",
    ast.Lt: "less_than",
    ast.GtE: "at_least",
    ast.LtE: "at_most",
}
_NOT = {
    "is": "is_not",
    "contains": "contains_not",
    "is_empty": "is_not_empty",
    "is_yes": "is_no",
    "more_than": "at_most",
    "less_than": "at_least",
}
_OPPOSITE = {**_NOT, **{other: one for one, other in _NOT.items()}}
_TEXTS = {"startswith": "starts_with", "endswith": "ends_with"}


def rows_of(test: ast.expr, names: Names) -> Rows | None:
    """The test as ("all" or "any", rows); None where one list of conditions cannot say it."""
    if isinstance(test, ast.BoolOp):
        match = "all" if isinstance(test.op, ast.And) else "any"
        return joined(match, [rows_of(one, names) for one in test.values])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _turned(rows_of(test.operand, names))
    if isinstance(test, ast.Compare):
        return _compared(test, names)
    rows = _asked(test, names)
    found = [row for row in rows if row is not None]
    return ("all", found) if len(found) == len(rows) else None


def joined(match: str, parts: Sequence[Rows | None]) -> Rows | None:
    """Parts that hold together, or of which any does, as one list; None where they are mixed."""
    if len(parts) == 1:
        return parts[0]
    rows: list[Row] = []
    for part in parts:
        if part is None or (len(part[1]) > 1 and part[0] != match):
            return None
        rows += part[1]
    return (match, rows) if len(rows) <= MAX_ROWS else None


def row_of(test: ast.expr, names: Names) -> Row | None:
    """The test as one row; None where a row cannot say it."""
    found = rows_of(test, names)
    return found[1][0] if found is not None and len(found[1]) == 1 else None


def _asked(test: ast.expr, names: Names) -> list[Row | None]:
    """A test that compares nothing: `name.startswith("A")`, or a value that is there or not."""
    if isinstance(test, ast.Call) and called(test) in _TEXTS and test.args:
        of = getattr(test.func, "value", None)
        return [_row(meaning(of, names), _TEXTS[called(test)], meaning(test.args[0], names))]
    found = settle(meaning(test, names))
    if not isinstance(found, Ref):
        return [None]
    # Of values known to be yes or no it is asked so; anything else counts if it is there.
    if found.path.endswith((".approved", ".is_fine")) or kind_of(found) == "switch":
        return [_row(found, "is_yes", Plain(""))]
    not_zero = [_row(found, "is_not", Plain(0))] if is_number(found) else []
    return [_row(found, "is_not_empty", Plain("")), *not_zero]


def _turned(found: Rows | None) -> Rows | None:
    """The opposite: `not (a and b)` is `not a or not b`."""
    if found is None:
        return None
    match, rows = found
    turned = [row for row in map(_opposite, rows) if row is not None]
    other = {"all": "any", "any": "all"}[match]
    return (other, turned) if len(turned) == len(rows) else None


def is_loose(test: ast.expr, names: Names) -> bool:
    """Whether the test asks no more than that something is there, of a value of unknown kind:
    Python and a flow answer alike for texts, lists, numbers, and yes or no."""
    if isinstance(test, ast.UnaryOp):
        return is_loose(test.operand, names)
    if isinstance(test, ast.BoolOp):
        return any(is_loose(one, names) for one in test.values)
    is_bare = isinstance(test, ast.Name | ast.Subscript | ast.Attribute)
    return is_bare and not kind_of(meaning(test, names))


def _compared(test: ast.Compare, names: Names) -> Rows | None:
    """Each pair of `1 < a <= b`; each choice of `a in ["x", "y"]`."""
    lefts = [test.left, *test.comparators[:-1]]
    pairs = zip(lefts, test.ops, test.comparators, strict=True)
    return joined("all", [_pair(left, how, right, names) for left, how, right in pairs])


def _pair(left: ast.expr, how: ast.cmpop, right: ast.expr, names: Names) -> Rows | None:
    first, second = meaning(left, names), meaning(right, names)
    if isinstance(how, ast.In | ast.NotIn):
        found = _among(first, second)
        return found if isinstance(how, ast.In) else _turned(found)
    word = _OPERATORS.get(type(how))
    if word is None:
        return None
    if isinstance(first, Plain) and not isinstance(second, Plain):
        first, second = second, first
        word = _mirrored(word)
    row = _against_constant(first, word, second) or _row(first, word, second)
    return ("all", [row]) if row is not None else None


def _among(first: Meaning, second: Meaning) -> Rows | None:
    choices = second.value if isinstance(second, Plain) else None
    if not isinstance(choices, list):
        row = _row(second, "contains", first)
        return ("all", [row]) if row is not None else None
    one_of = [
        _against_constant(first, "is", Plain(one)) or _row(first, "is", Plain(one))
        for one in choices
    ]
    rows = [row for row in one_of if row is not None]
    fits = len(rows) == len(choices) and 0 < len(rows) <= MAX_ROWS
    return ("any" if len(rows) > 1 else "all", rows) if fits else None


def _against_constant(first: Meaning, word: str, second: Meaning) -> Row | None:
    if word not in ("is", "is_not") or not isinstance(second, Plain):
        return None
    value = second.value
    if isinstance(value, bool):
        row = _row(first, "is_yes" if value else "is_no", Plain(""))
    elif value is None or value == "" or value == []:
        row = _row(first, "is_empty", Plain(""))
    else:
        return None
    return row if word == "is" else _opposite(row)


def _row(first: Meaning, operator: str, second: Meaning) -> Row | None:
    value, is_sure = template(first)
    value2, is_sure2 = template(second)
    if not (is_sure and is_sure2 and value):
        return None
    needs_second = operator not in ("is_empty", "is_not_empty", "is_yes", "is_no")
    if needs_second and not value2:
        return None
    return {"value": value, "operator": operator, "value2": value2}


def _opposite(row: Row | None) -> Row | None:
    other = _OPPOSITE.get(str(row["operator"])) if row else None
    return {**row, "operator": other} if row and other else None


def _mirrored(word: str) -> str:
    pairs = {"more_than": "less_than", "at_least": "at_most"}
    return {**pairs, **{other: one for one, other in pairs.items()}}.get(word, word)
