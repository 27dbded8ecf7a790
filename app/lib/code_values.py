"""What comes back from the sandbox, as plain JSON: counted while it is walked, never trusted."""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.lib.code_errors import CodeFailed
from app.lib.json_guard import JsonValue
from app.lib.resolver import as_text

MAX_VALUES = 200_000
MAX_CHARS = 2_000_000
MAX_DEPTH = 32
MAX_WHOLE_BITS = 1_000


def plain(value: Any) -> JsonValue:
    """The value as JSON; dates become text, sets and tuples lists, decimals numbers.

    A list may hold one other list a million times over, so what counts is what would be written
    out. Raises CodeFailed for what cannot be kept.
    """
    return _Walk().value(value, 0)


class _Walk:
    def __init__(self) -> None:
        self.values = 0
        self.chars = 0

    def value(self, value: Any, depth: int) -> JsonValue:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _refused(f"it has more than {MAX_VALUES:,} values")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if isinstance(value, dict | list | tuple | set | frozenset):
            return self._many(value, depth + 1)
        if isinstance(value, date | datetime | time):
            return value.isoformat()
        if isinstance(value, timedelta):
            return value.total_seconds()
        raise _refused(f"it holds {_named(value)}")

    def _many(self, value: Any, depth: int) -> JsonValue:
        if depth > MAX_DEPTH:
            raise _refused(f"it is nested more than {MAX_DEPTH} levels deep")
        if isinstance(value, dict):
            return {
                self._text(name if isinstance(name, str) else as_text(self.value(name, depth))): (
                    self.value(item, depth)
                )
                for name, item in value.items()
            }
        return [self.value(item, depth) for item in value]

    def _text(self, text: str) -> str:
        self.chars += len(text)
        if self.chars > MAX_CHARS:
            raise _refused(f"it has more than {MAX_CHARS:,} characters")
        return text


def _number(value: int | float | Decimal) -> int | float:
    if isinstance(value, int):
        if value.bit_length() > MAX_WHOLE_BITS:
            raise _refused("a number in it has too many digits")
        return value
    number = float(value)
    if not math.isfinite(number):
        raise _refused("a number in it is not a number that can be kept (NaN or infinity)")
    if isinstance(value, Decimal) and number == int(number):
        return int(number)
    return number


def _named(value: Any) -> str:
    if isinstance(value, bytes):
        return "bytes; turn them into text with .decode()"
    if type(value).__name__ in ("MontyClassProxy", "MontyClassTypeProxy"):
        return f"an object of the class {value.name}"
    return f"something that is no text, number, list or group ({type(value).__name__})"


def _refused(why: str) -> CodeFailed:
    return CodeFailed(f"The result cannot be passed on: {why}.")
