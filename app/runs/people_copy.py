"""The copy of a step's values that people may read: without secrets, and of bounded size.

It never feeds a step. What is left out is said in its place, so nothing is cut silently.
"""

from collections.abc import Mapping
from typing import Any

from app.engine.redact import HIDDEN, Redactor, is_filled_scalar
from app.engine.values import Json

MAX_CHARS = 16_000
MAX_TALK_CHARS = 64_000  # a conversation with tools is read from its beginning to its end
MAX_TEXT_CHARS = 4_000
MAX_ITEMS = 100
MAX_DEPTH = 12
_ENTRY_CHARS = 4  # what a name, a comma or a bracket costs
_NUMBERS = frozenset((int, float, bool))
_TOO_DEEP = "… (nested too deep to show)"
_CUT_TEXT = "characters in all)"
_CUT_LIST = "more not shown"


def people_copy(value: Any, redactor: Redactor, *, max_chars: int = MAX_CHARS) -> Json:
    """The value with secrets hidden, long texts and lists shortened, at most about `max_chars`."""
    return _Shortener(redactor, max_chars).shorten(value, depth=0)


def output_copy(value: Any, redactor: Redactor) -> Json:
    """The copy of what a step gave; a conversation gets more room."""
    is_talk = isinstance(value, dict) and isinstance(value.get("conversation"), list)
    return people_copy(value, redactor, max_chars=MAX_TALK_CHARS if is_talk else MAX_CHARS)


def is_shortened(text: str, *, of_list: bool = False) -> bool:
    """Whether a text of such a copy stands for more: for a longer text, or more of its list."""
    if text.startswith("… ") and text.endswith(_CUT_LIST):
        return True
    return not of_list and (text == _TOO_DEEP or text.endswith(_CUT_TEXT))


class _Shortener:
    """Walks a value in reading order until the characters are spent.

    Each text loses its secrets before it is shortened: a cut through one would leave half of it.
    """

    def __init__(self, redactor: Redactor, max_chars: int) -> None:
        self._redactor = redactor
        self._left = max_chars

    def shorten(self, value: Any, *, depth: int) -> Json:
        self._left -= _ENTRY_CHARS
        if isinstance(value, str):
            return self._text(self._redactor.text(value))
        if value is None or type(value) in _NUMBERS:
            return value  # type: ignore[no-any-return]  # as it is
        if type(value) is dict or isinstance(value, Mapping):
            return self._group(value, depth) if depth < MAX_DEPTH else _TOO_DEEP
        if isinstance(value, list | tuple):
            return self._list(value, depth) if depth < MAX_DEPTH else _TOO_DEEP
        return value  # type: ignore[no-any-return]  # a number of another kind

    def _text(self, text: str) -> str:
        room = max(0, min(MAX_TEXT_CHARS, self._left))
        self._left -= min(len(text), room)
        if len(text) <= room:
            return text
        return f"{text[:room]}… ({len(text):,} {_CUT_TEXT}"

    def _group(self, group: Mapping[str, Any], depth: int) -> dict[str, Json]:
        kept: dict[str, Json] = {}
        for count, (name, item) in enumerate(group.items()):
            if self._left <= 0 or count >= MAX_ITEMS:
                kept["…"] = f"{len(group) - count:,} {_CUT_LIST}"
                break
            shown, is_secret = self._redactor.name(str(name))
            self._left -= len(shown)
            is_hidden = is_secret and is_filled_scalar(item)
            kept[shown] = self.shorten(HIDDEN if is_hidden else item, depth=depth + 1)
        return kept

    def _list(self, items: list[Any] | tuple[Any, ...], depth: int) -> list[Json]:
        kept: list[Json] = []
        for count, item in enumerate(items):
            if self._left <= 0 or count >= MAX_ITEMS:
                kept.append(f"… {len(items) - count:,} {_CUT_LIST}")
                break
            kept.append(self.shorten(item, depth=depth + 1))
        return kept
