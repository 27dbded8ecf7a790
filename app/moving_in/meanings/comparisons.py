"""What a program compares, as rows of conditions."""

import ast
from collections.abc import Mapping

from app.engine.values import Json
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Meaning, Names, Plain, Ref
from app.moving_in.meanings.syntax import called
from app.moving_in.meanings.texts import settle, template

Row = dict[str, Json]
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


def rows_of(test: ast.expr, names: Names) -> tuple[str, list[Row]] | None:
    """The test as ("all" or "any", rows); None where conditions cannot say it."""
    if isinstance(test, ast.BoolOp):
        match = "all" if isinstance(test.op, ast.And) else "any"
        rows = [row_of(one, names) for one in test.values]
        found = [row for row in rows if row is not None]
        return (match, found) if len(found) == len(rows) <= 20 else None
    row = row_of(test, names)
    return ("all", [row]) if row is not None else None


def row_of(test: ast.expr, names: Names) -> Row | None:
    """The test as one row; None where a row cannot say it."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _opposite(row_of(test.operand, names))
    if isinstance(test, ast.Compare):
        return _compared(test, names)
    if isinstance(test, ast.Call) and called(test) in _TEXTS and test.args:
        of = getattr(test.func, "value", None)
        return _row(meaning(of, names), _TEXTS[called(test)], meaning(test.args[0], names))
    found = settle(meaning(test, names))
    if not isinstance(found, Ref):
        return None
    # Of values known to be yes or no it is asked so; anything else counts if it is there.
    is_flag = found.path.endswith((".approved", ".is_fine"))
    return _row(found, "is_yes" if is_flag else "is_not_empty", Plain(""))


def is_loose(test: ast.expr) -> bool:
    """Whether the test asks no more than that something is there, which Python and a flow
    answer alike only for texts and lists."""
    if isinstance(test, ast.UnaryOp):
        return is_loose(test.operand)
    if isinstance(test, ast.BoolOp):
        return any(is_loose(one) for one in test.values)
    return isinstance(test, ast.Name | ast.Subscript | ast.Attribute)


def _compared(test: ast.Compare, names: Names) -> Row | None:
    if len(test.ops) != 1:
        return None
    operator, left, right = test.ops[0], test.left, test.comparators[0]
    if isinstance(operator, ast.In | ast.NotIn):
        row = _row(meaning(right, names), "contains", meaning(left, names))
        return row if isinstance(operator, ast.In) else _opposite(row)
    word = _OPERATORS.get(type(operator))
    if word is None:
        return None
    first, second = meaning(left, names), meaning(right, names)
    if isinstance(first, Plain) and not isinstance(second, Plain):
        first, second = second, first
        word = _mirrored(word)
    return _against_constant(first, word, second) or _row(first, word, second)


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
