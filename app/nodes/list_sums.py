"""What can be worked out from the values of one column."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.engine.errors import StepFailed
from app.lib.natural_order import is_blank, place, same_key
from app.lib.resolver import TemplateError
from app.lib.resolver.numbers import divided_by, number_of, plain


def summary(how: str, values: list[Any], *, column: str) -> Any:
    """The sum, average, … of the values; raises StepFailed naming the value that has none.

    Empty values are left out. A sum of nothing is 0, all else of nothing is empty.
    """
    return _WAYS[how]([value for value in values if not is_blank(value)], column)


def _sum(values: list[Any], column: str) -> Any:
    total = Decimal(0)
    for value in values:
        try:
            total += number_of(value)
        except TemplateError as error:
            raise StepFailed(
                f"In the column “{column}”: {error.sentence}", can_retry=False
            ) from None
    return plain(total)


def _average(values: list[Any], column: str) -> Any:
    return divided_by(_sum(values, column), len(values)) if values else None


def _min(values: list[Any], _column: str) -> Any:
    return min(values, key=place) if values else None


def _max(values: list[Any], _column: str) -> Any:
    return max(values, key=place) if values else None


_WAYS: Mapping[str, Callable[[list[Any], str], Any]] = {
    "sum": _sum,
    "average": _average,
    "min": _min,
    "max": _max,
    "filled": lambda values, _column: len(values),
    "different": lambda values, _column: len({same_key(value) for value in values}),
    "first": lambda values, _column: values[0] if values else None,
    "last": lambda values, _column: values[-1] if values else None,
    "list": lambda values, _column: values,
}
