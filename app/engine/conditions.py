"""Comparing two values in plain words: the operators of every condition a flow can hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.engine.values import canonical
from app.engine.words import short


@dataclass(frozen=True, slots=True)
class Operator:
    """One way of comparing, in words for when it holds and when it does not.

    `needs_second` is False for "is empty" and its like.
    """

    id: str
    words: str
    words_not: str
    needs_second: bool
    test: Callable[[Any, Any], bool]


def holds(conditions: Sequence[Mapping[str, Any]], match: str) -> bool:
    """Whether the rows {value, operator, value2} hold: all of them, or any with `match` "any".

    No rows at all hold: there is nothing against it.
    """
    found = [row_holds(row) for row in conditions]
    return all(found) if match != "any" else any(found) or not found


def row_holds(row: Mapping[str, Any]) -> bool:
    """Whether one condition holds; values of different kinds are compared as people mean them."""
    return OPERATORS[row["operator"]].test(row.get("value"), row.get("value2"))


def told_condition(row: Mapping[str, Any]) -> str:
    """A condition as typed, as one says it: `trigger.total is more than 100`."""
    operator = OPERATORS.get(str(row.get("operator")))
    second = f" {bare(row.get('value2'))}" if operator is None or operator.needs_second else ""
    return f"{told_side(row)}{second}"


def told_side(row: Mapping[str, Any]) -> str:
    """A condition up to what is compared with: `trigger.total is more than`."""
    operator = OPERATORS.get(str(row.get("operator")))
    return f"{bare(row.get('value'))} {operator.words if operator else row.get('operator')}"


def bare(value: object) -> str:
    """A side of a condition, short; `{{ trigger.total }}` as `trigger.total`."""
    text = short(value)
    if text.startswith("{{") and text.endswith("}}") and text.count("{{") == 1:
        text = text[2:-2].strip()
    return text


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _text(one) == _text(other)
    first, second = _number(one), _number(other)
    if first is not None and second is not None:
        return first == second
    return _text(one) == _text(other)


def _contains(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return any(_same(item, other) for item in one)
    if isinstance(one, dict):
        return _text(other) in (_text(name) for name in one)
    return _text(other) in _text(one)


def _starts(one: Any, other: Any) -> bool:
    return _text(one).startswith(_text(other))


def _ends(one: Any, other: Any) -> bool:
    return _text(one).endswith(_text(other))


def _empty(one: Any, _other: Any) -> bool:
    return one is None or one == [] or one == {} or (isinstance(one, str) and not one.strip())


def _compared(one: Any, other: Any) -> int:
    """-1, 0 or 1 for numbers and dates; 2 where the two cannot be put in order."""
    first, second = _number(one), _number(other)
    if first is None or second is None:
        first, second = _moment(one), _moment(other)  # type: ignore[assignment]
    if first is None or second is None:
        return 2
    try:
        return (first > second) - (first < second)
    except TypeError:  # a moment with a time zone against one without
        return 2


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return canonical(value)
    return str(value).strip().casefold()


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    # Most texts are no numbers, and finding out the hard way costs ten times as much.
    if not text or not (text[0] in "+-." or text[0].isdigit()):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None


def _yes(one: Any, _other: Any) -> bool:
    return _text(one) in {"true", "yes", "on", "1"}


_ALL = (
    Operator("is", "is", "is not", True, _same),
    Operator("is_not", "is not", "is", True, lambda a, b: not _same(a, b)),
    Operator("contains", "contains", "does not contain", True, _contains),
    Operator(
        "contains_not", "does not contain", "contains", True, lambda a, b: not _contains(a, b)
    ),
    Operator("starts_with", "starts with", "does not start with", True, _starts),
    Operator("ends_with", "ends with", "does not end with", True, _ends),
    Operator(
        "more_than", "is more than", "is not more than", True, lambda a, b: _compared(a, b) == 1
    ),
    Operator(
        "less_than", "is less than", "is not less than", True, lambda a, b: _compared(a, b) == -1
    ),
    Operator(
        "at_least", "is at least", "is not at least", True, lambda a, b: _compared(a, b) in (0, 1)
    ),
    Operator(
        "at_most", "is at most", "is not at most", True, lambda a, b: _compared(a, b) in (-1, 0)
    ),
    Operator("is_empty", "is empty", "is not empty", False, _empty),
    Operator("is_not_empty", "is not empty", "is empty", False, lambda a, b: not _empty(a, b)),
    Operator("is_yes", "is yes", "is not yes", False, _yes),
    Operator("is_no", "is no", "is not no", False, lambda a, b: not _yes(a, b)),
)
OPERATORS: Mapping[str, Operator] = {operator.id: operator for operator in _ALL}
