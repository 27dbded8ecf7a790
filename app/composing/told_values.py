"""Values as a model writes them: JSON in text, single entries for lists, texts for groups."""

import math
from typing import Any

from app.composing.sketch import MAX_VALUE_CHARS
from app.engine.values import Json
from app.lib import json_guard


class NotFitting(ValueError):
    """The value cannot be what this setting holds."""


def as_labelled(told: Any, name: str = "label") -> Any:
    """Entries of which each is a group; a text becomes its label."""
    return [{name: one} if isinstance(one, str) else one for one in as_list(told)]


def as_list(told: Any) -> list[Any]:
    """A list; of a text its parts between commas or lines."""
    if isinstance(told, str):
        return [one.strip() for one in told.replace("\n", ",").split(",") if one.strip()]
    return told if isinstance(told, list) else [] if told is None else [told]


def as_rows(told: Any) -> list[dict[str, Any]]:
    """A list of groups, at most 100; raises NotFitting."""
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise NotFitting
    return told[:100]


def parsed(told: Any) -> Any:
    """Lists and groups that were written as JSON text."""
    if isinstance(told, str) and told.strip()[:1] in ("[", "{") and not told.startswith("{{"):
        try:
            return json_guard.parse(told)
        except json_guard.JsonRefused:
            raise NotFitting from None
    return told


def plain(value: Any) -> Json:
    """A value of a row; nothing is an empty text."""
    return "" if value is None else capped(value)


def capped(value: Any) -> Json:
    """A text that is not too long; a number that JSON has no word for is none."""
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return value[:MAX_VALUE_CHARS].replace("\0", "") if isinstance(value, str) else value
