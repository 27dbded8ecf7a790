"""The few modules a person's code may import beyond those of the sandbox itself.

They run outside the sandbox, so they are pure, and take short texts only.
"""

import html
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_monty import ExternalModule

MAX_TEXT_CHARS = 1_000_000


def _short(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is needed here")
    if len(value) > MAX_TEXT_CHARS:
        raise ValueError(f"a text can have {MAX_TEXT_CHARS:,} characters here at most")
    return value


def _on_text(work: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: work(_short(value))


def _urlencode(values: object) -> str:
    if not isinstance(values, dict):
        raise TypeError("urlencode needs a group of values")
    pairs = [
        (_short(name), _short(str(value)[: MAX_TEXT_CHARS + 1])) for name, value in values.items()
    ]
    return urllib.parse.urlencode(pairs)


_ATTRIBUTES: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "html": {"escape": _on_text(html.escape), "unescape": _on_text(html.unescape)},
    "urllib.parse": {
        "quote": _on_text(lambda text: urllib.parse.quote(text, safe="")),
        "quote_plus": _on_text(urllib.parse.quote_plus),
        "unquote": _on_text(urllib.parse.unquote),
        "urlencode": _urlencode,
    },
    "uuid": {"uuid4": lambda: str(uuid.uuid4())},
}


@cache
def modules() -> "Mapping[str, ExternalModule]":
    """The modules by name; made once, at the first code that runs in this process."""
    from pydantic_monty import ExternalModule

    made = {name: ExternalModule(dict(inside)) for name, inside in _ATTRIBUTES.items()}
    parse = made.pop("urllib.parse")
    return {**made, "urllib": ExternalModule({"parse": parse})}
