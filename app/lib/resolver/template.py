"""A compiled template, and how its paths find their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.lib.resolver.errors import MissingValue, TemplateError
from app.lib.resolver.filters import MAX_TEXT_CHARS, capped
from app.lib.resolver.syntax import Expression, Operand, Path, path_text, read
from app.lib.resolver.text import as_text

MAX_CACHED = 4_096
MAX_CACHED_CHARS = 2_000
MAX_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Forgiving:
    """A value below which nothing is missing: what is not there is null.

    It stands for a step that was skipped (value None) or only rehearsed.
    """

    value: Any = None


class Template:
    """A text with references, read once, filled in as often as needed."""

    __slots__ = ("pieces", "text", "whole")

    def __init__(self, text: str) -> None:
        found: list[str | Expression] = []
        read(text, found)
        self.text = text
        self.pieces = tuple(found)
        told = [piece for piece in found if not isinstance(piece, str) or piece.strip()]
        only = told[0] if len(told) == 1 else None
        self.whole = only if isinstance(only, Expression) else None

    def paths(self) -> tuple[Path, ...]:
        """Every path it asks for, in order."""
        return tuple(
            path for piece in self.pieces if isinstance(piece, Expression) for path in piece.paths()
        )

    def resolve(self, roots: Mapping[str, Any]) -> Any:
        """The text filled in; one single `{{ … }}` gives the value as it is.

        `roots` holds what a path may begin with, as JSON values. Raises TemplateError (a
        MissingValue where a path leads to nothing) and nothing else.
        """
        if self.whole is not None:
            return _value(self.whole, roots)
        texts, length = [], 0
        for piece in self.pieces:
            texts.append(piece if isinstance(piece, str) else as_text(_value(piece, roots)))
            length += len(texts[-1])
            if length > MAX_TEXT_CHARS:
                raise TemplateError(f"The text grew beyond {MAX_TEXT_CHARS:,} characters.")
        return "".join(texts)


def compiled(text: str) -> Template:
    """The template in `text`; short ones are kept for the next time. Raises TemplateError."""
    return _cached(text) if len(text) <= MAX_CACHED_CHARS else Template(text)


_cached = lru_cache(MAX_CACHED)(Template)


def _value(expression: Expression, roots: Mapping[str, Any]) -> Any:
    calls = expression.calls
    try:
        value = _operand(expression.operand, roots)
    except MissingValue:
        if not calls or calls[0].filter.name != "default":
            raise
        value = None
    if not calls:
        return value
    try:
        for call in calls:
            value = call.filter.work(value, *(_operand(one, roots) for one in call.arguments))
            if isinstance(value, str):
                capped(value)
    except MissingValue:
        raise
    except TemplateError as error:
        raise TemplateError(error.sentence, start=expression.start, end=expression.end) from None
    return value


def _operand(operand: Operand, roots: Mapping[str, Any]) -> Any:
    if not isinstance(operand, Path):
        return operand.value
    parts = operand.parts
    value: Any = roots
    forgiving = False
    for depth, part in enumerate(parts):
        if isinstance(value, dict):
            name = part if isinstance(part, str) else str(part)
            if name in value:
                value = value[name]
            elif forgiving:
                return None
            else:
                raise _missing(operand, depth, value)
        elif isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
            value = value[part]
        elif forgiving:
            return None
        else:
            raise _missing(operand, depth, value)
        if isinstance(value, Forgiving):
            value, forgiving = value.value, True
    return _bare(value) if len(parts) == 1 else value


def _bare(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: item.value if isinstance(item, Forgiving) else item for name, item in value.items()
    }


def _missing(path: Path, depth: int, value: Any) -> MissingValue:
    part = path.parts[depth]
    if depth == 0:
        sentence = f"There is no “{part}” here. A value begins with {_names(value)}."
    else:
        before = path_text(path.parts[:depth])
        sentence = f"There is no “{part}” in {before}. {_held(value)}"
    return MissingValue(sentence, start=path.start, end=path.end)


def _held(value: Any) -> str:
    if value is None:
        return "It is empty."
    if isinstance(value, dict):
        return f"It has {_names(value)}." if value else "It holds nothing."
    if isinstance(value, list):
        return f"It is a list of {len(value)}, counted from 0."
    kind = "text" if isinstance(value, str) else "single value"
    return f"It is a {kind}, with nothing inside."


def _names(value: Mapping[str, Any]) -> str:
    names = [name if len(name) <= 40 else name[:39] + "…" for name in value]
    shown = ", ".join(names[:MAX_NAMES_SHOWN])
    return shown if len(names) <= MAX_NAMES_SHOWN else f"{shown} and more"
