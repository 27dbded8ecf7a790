"""How people put values in order, and when they call two of them the same."""

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from app.lib.resolver import as_text

# Numbers come before dates, dates before texts; inside a text, digits count as a number.
Place: TypeAlias = tuple[int, Any]

_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|\Z)")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
_DIGITS = re.compile(r"(\d{1,30})")


def is_blank(value: Any) -> bool:
    """Whether there is nothing to put in order."""
    return value is None or (isinstance(value, str) and not value.strip())


def place(value: Any) -> Place:
    """Where a value that is not blank stands among others; any two can be compared."""
    if isinstance(value, bool):
        return (0, int(value))
    if isinstance(value, int | float):
        return (0, value)
    if isinstance(value, str):
        return _text_place(value)
    return (3, as_text(value))


def same_key(value: Any) -> str:
    """Equal for values that people take for the same: capitals and spaces at the ends do not
    count, and 5 is the same as "5"."""
    if isinstance(value, str):
        return value.strip().casefold()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return as_text(value)


@lru_cache(4_096)
def _text_place(text: str) -> Place:
    stripped = text.strip()
    if _NUMBER.match(stripped):
        return (0, float(stripped) if "." in stripped else int(stripped))
    moment = _moment(stripped)
    if moment is not None:
        return (1, moment.timestamp())
    return (2, _natural(stripped[:1_000]))


def _moment(text: str) -> datetime | None:
    try:
        if _DATE.match(text):
            found = datetime.fromisoformat(text)
        elif day_first := _DAY_FIRST.match(text):
            day, month, year = (int(one) for one in day_first.groups())
            found = datetime(year, month, day, tzinfo=UTC)
        else:
            return None
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Small letters without marks, digits as numbers: “Österreich” stands beside “Oslo”."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    pieces = _DIGITS.split(bare)
    return tuple(
        (0, int(piece)) if number % 2 else (1, piece)
        for number, piece in enumerate(pieces)
        if piece
    )
