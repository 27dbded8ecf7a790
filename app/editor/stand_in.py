"""The stand-in result of a step that may fail: typed as JSON, or simply as words."""

import json

from wtforms import TextAreaField

from app.engine.values import Json
from app.lib import json_guard
from app.lib.json_guard import JsonRefused

MAX_BYTES = 20_000
MAX_DEPTH = 16
_JSON_BEGINS_WITH = ("{", "[", '"')


class StandInField(TextAreaField):
    """A form field whose data is the value that was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; a JsonRefused becomes the field's error."""
        if valuelist:
            self.data = typed(valuelist[0])  # type: ignore[assignment]  # any value, not only words

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else written(self.data)


def typed(words: str) -> Json:
    """The value of what a person typed: None for nothing, else JSON, else the words themselves.

    What begins like a group, a list or a text of JSON must be right to the end, so that a
    forgotten bracket does not silently become a text. Raises JsonRefused.
    """
    words = words.replace("\r\n", "\n").strip()
    if not words:
        return None
    try:
        return json_guard.parse(words, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except JsonRefused:
        if words.startswith(_JSON_BEGINS_WITH) or len(words.encode()) > MAX_BYTES:
            raise
        return words


def written(value: Json) -> str:
    """The value as a person would type it, so that `typed` gives the same one again."""
    if value is None:
        return ""
    if isinstance(value, str) and _is_plain(value):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2)


def _is_plain(words: str) -> bool:
    try:
        return typed(words) == words
    except JsonRefused:
        return False
