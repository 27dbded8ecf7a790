"""Reads single parts of a flow from outside: a group, a list, a text; each fitting, or refused."""

import re
from typing import Any

from app.engine.errors import GraphRefused
from app.engine.values import Json

ID = re.compile(r"[a-z0-9]{8}\Z")
FARTHEST = 1e6  # from the middle of the canvas, in its pixels


def group(value: object, what: str) -> dict[str, Any]:
    """Named values; raises GraphRefused, as everything here does."""
    if not isinstance(value, dict):
        raise GraphRefused(f"{what} must be a group of named values.")
    return value


def items(value: object, what: str, most: int) -> list[Json]:
    """A list that is not too long."""
    if not isinstance(value, list):
        raise GraphRefused(f"{what} must be a list.")
    if len(value) > most:
        raise GraphRefused(f"{what} are too many: {most:,} at most.")
    return value


def only(raw: dict[str, Any], what: str, known: set[str] | frozenset[str]) -> None:
    """Nothing but these names is in the group."""
    if raw.keys() <= known:
        return
    unknown = sorted(str(name) for name in raw if name not in known)
    raise GraphRefused(f"{what} has a part that is not known here: {unknown[0][:60]}.")


def match(value: object, form: re.Pattern[str], sentence: str) -> str:
    """A text of this form."""
    if not isinstance(value, str) or not form.match(value):
        raise GraphRefused(sentence)
    return value


def text(value: object, sentence: str, most: int) -> str:
    """A text that is not too long."""
    if not isinstance(value, str) or len(value) > most:
        raise GraphRefused(sentence)
    return value


def flag(value: object, sentence: str) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise GraphRefused(sentence)
    return value


def whole(value: object, sentence: str, low: int, high: int) -> int:
    """A whole number in this range."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise GraphRefused(sentence)
    return value


def number(value: object, sentence: str, low: float, high: float) -> float:
    """A number in this range. 8.0 is read as 8, which is how a browser would send it back."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise GraphRefused(sentence)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def place(value: object, sentence: str) -> float:
    """A coordinate on the canvas."""
    return number(value, sentence, -FARTHEST, FARTHEST)
