"""Sums as people do them: 0.1 plus 0.2 is 0.3, and halves round up."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from app.lib.resolver.errors import TemplateError

MAX_NUMBER_CHARS = 40
MAX_EXPONENT = 30
MAX_PLACES = 10

_MATHS = Context(prec=34, rounding=ROUND_HALF_UP)


def number_of(value: Any) -> Decimal:
    """The exact decimal number that a JSON number or a text such as "12.50" stands for."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TemplateError(f"{_named(value)} is not a number.")
    typed = str(value).strip()
    try:
        number = Decimal(typed) if len(typed) <= MAX_NUMBER_CHARS else Decimal("nan")
    except DecimalException:
        raise TemplateError(f"{_named(value)} is not a number.") from None
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT:
        raise TemplateError(f"{_named(value)} is not a number that can be reckoned with.")
    return number


def plain(number: Decimal) -> int | float:
    """A decimal as a JSON number; whole ones have no fraction."""
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT:
        raise TemplateError("The result is too large or too small to be kept.")
    return int(number) if number == number.to_integral_value() else float(number)


def plus(one: Any, other: Any) -> int | float:
    """The sum."""
    return _reckon(_MATHS.add, one, other)


def minus(one: Any, other: Any) -> int | float:
    """The difference."""
    return _reckon(_MATHS.subtract, one, other)


def times(one: Any, other: Any) -> int | float:
    """The product."""
    return _reckon(_MATHS.multiply, one, other)


def divided_by(one: Any, other: Any) -> int | float:
    """The quotient; dividing by zero is refused in words."""
    if number_of(other) == 0:
        raise TemplateError("Nothing can be divided by zero.")
    return _reckon(_MATHS.divide, one, other)


def rounded(value: Any, places: Any = 0) -> int | float:
    """Rounded to 0–10 places after the point, halves away from zero, as on a bill."""
    return plain(_quantized(value, places))


def decimals(value: Any, places: Any = 2) -> str:
    """The number as text with exactly this many places, such as "12.50"."""
    return str(_quantized(value, places))


def summed(values: Any) -> int | float:
    """The sum of a list of numbers."""
    if not isinstance(values, list):
        raise TemplateError(f"{_named(values)} is not a list of numbers.")
    total = Decimal(0)
    for value in values:
        total = _MATHS.add(total, number_of(value))
    return plain(total)


def _quantized(value: Any, places: Any) -> Decimal:
    wanted = number_of(places)
    if wanted not in range(MAX_PLACES + 1):
        raise TemplateError(f"A number can be rounded to 0 up to {MAX_PLACES} places.")
    try:
        return _MATHS.quantize(number_of(value), Decimal(1).scaleb(-int(wanted)))
    except DecimalException:
        raise TemplateError("The number is too long to be rounded.") from None


def _reckon(how: Callable[[Decimal, Decimal], Decimal], one: Any, other: Any) -> int | float:
    return plain(how(number_of(one), number_of(other)))


def _named(value: Any) -> str:
    if value is None or value == "":
        return "An empty value"
    if isinstance(value, list):
        return "A list"
    if isinstance(value, dict):
        return "A group of values"
    text = str(value)
    return f"“{text if len(text) <= MAX_NUMBER_CHARS else text[:MAX_NUMBER_CHARS] + '…'}”"
