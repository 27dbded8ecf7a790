"""Values that travel between steps: plain JSON, checked once when a step hands them over."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from app.engine.errors import StepFailed
from app.lib.json_guard import JsonValue

Json: TypeAlias = JsonValue
# A step reads its settings by names it declared itself, so it knows their shapes; the type
# checker does not. `Any` here keeps step files free of casts.
Given: TypeAlias = Mapping[str, Any]

REPLACEMENT = "\ufffd"
_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def canonical(value: object) -> str:
    """The one spelling of a JSON value: sorted names, no spaces; digests are taken of it."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def clean(value: object, *, max_bytes: int) -> Json:
    """The value as JSON would bring it back: a fresh copy that any database and page can hold.

    NUL and lone surrogates become U+FFFD. Raises StepFailed for anything that is not JSON
    (NaN, bytes, objects, circles) or is larger than `max_bytes` of UTF-8.
    """
    try:
        text = _COMPACT.encode(value)
    except (TypeError, ValueError, RecursionError):
        raise StepFailed(
            "The step gave something that cannot be kept: only texts, numbers, yes/no, lists "
            "and groups of values can be passed on.",
            can_retry=False,
        ) from None
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        raise StepFailed(
            f"The step gave more than {_size(max_bytes)}, the most that one step may pass on. "
            "Ask for less at once.",
            can_retry=False,
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        return _replaced(json.loads(text))
    fresh: Json = json.loads(text)
    return _replaced(fresh) if "\\u0000" in text else fresh


def _replaced(value: Any) -> Json:
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\x00", REPLACEMENT)
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {str(_replaced(name)): _replaced(item) for name, item in value.items()}
    return value  # type: ignore[no-any-return]  # json.loads gives nothing else


def _size(count: int) -> str:
    return f"{count / 1_000_000:g} MB" if count >= 1_000_000 else f"{count / 1000:g} KB"
