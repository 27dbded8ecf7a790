"""Reads a template: texts, and between `{{` and `}}` a path or literal with filters behind it.

expression = operand { "|" filter [ ":" operand { "," operand } ] }
operand    = path | number | 'text' | "text" | true | false | null
path       = name { "." name | "[" whole number "]" | "[" 'text' "]" }
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from app.lib.resolver.errors import TemplateError
from app.lib.resolver.filters import FILTERS, Filter

MAX_TEMPLATE_CHARS = 100_000
MAX_EXPRESSIONS = 500
MAX_PATH_PARTS = 32
MAX_FILTERS = 16

_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[^\W\d][\w-]*")
_PART = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?(?![\w.])")
_INDEX = re.compile(r"-?\d{1,9}")
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is found. `spans` are the offsets of each part's text in the template."""

    parts: tuple[str | int, ...]
    spans: tuple[tuple[int, int], ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        """The path as one would write it."""
        return path_text(self.parts)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the template itself."""

    value: str | int | float | bool | None


Operand: TypeAlias = Path | Literal


@dataclass(frozen=True, slots=True)
class Call:
    """A filter with its arguments."""

    filter: Filter
    arguments: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """One `{{ … }}` with its offsets, braces included."""

    operand: Operand
    calls: tuple[Call, ...]
    start: int
    end: int

    def paths(self) -> Iterator[Path]:
        """Every path in it, arguments included."""
        operands = [self.operand, *(one for call in self.calls for one in call.arguments)]
        return (one for one in operands if isinstance(one, Path))


def path_text(parts: tuple[str | int, ...]) -> str:
    """`steps.order.items[0]`, with quotes where a name needs them."""
    text = str(parts[0])
    for part in parts[1:]:
        plain = isinstance(part, str) and _NAME.fullmatch(part)
        text += f".{part}" if plain else f"[{part!r}]"
    return text


def read(text: str, found: list[str | Expression]) -> None:
    """Append the pieces of a template to `found`, in order.

    Raises TemplateError at the first place that cannot be read; what comes before it is in
    `found` by then.
    """
    if len(text) > MAX_TEMPLATE_CHARS:
        raise TemplateError(f"The text has more than {MAX_TEMPLATE_CHARS:,} characters.")
    position, expressions = 0, 0
    while True:
        opening = text.find("{{", position)
        if opening < 0:
            break
        if opening > position:
            found.append(text[position:opening])
        expressions += 1
        if expressions > MAX_EXPRESSIONS:
            raise TemplateError(f"The text has more than {MAX_EXPRESSIONS} references in it.")
        expression = _Reader(text, opening).expression()
        found.append(expression)
        position = expression.end
    if position < len(text):
        found.append(text[position:])


class _Reader:
    """Walks one expression from its opening braces."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start + 2
        self.token = (start, start)  # where the last word, number or text was found

    def expression(self) -> Expression:
        operand = self._operand()
        calls: list[Call] = []
        while self._take("|"):
            if len(calls) == MAX_FILTERS:
                raise self._error(f"More than {MAX_FILTERS} filters in a row.")
            calls.append(self._call())
        if not self._take("}}"):
            raise self._unfinished()
        return Expression(operand, tuple(calls), self.start, self.at)

    def _call(self) -> Call:
        name = self._match(_NAME)
        if name is None:
            raise self._error("After | comes the name of a filter, for instance | upper.")
        known = FILTERS.get(name)
        if known is None:
            raise self._error(f"There is no filter “{name[:40]}”.", back=len(name))
        arguments: list[Operand] = []
        if self._take(":"):
            arguments.append(self._operand())
            while self._take(",") and len(arguments) <= known.high:
                arguments.append(self._operand())
        if not known.low <= len(arguments) <= known.high:
            raise self._error(f"Write the filter as in {{{{ {known.example} }}}}.")
        return Call(known, tuple(arguments))

    def _operand(self) -> Operand:
        string = self._string()
        if string is not None:
            return Literal(string)
        number = self._match(_NUMBER)
        if number is not None:
            return Literal(float(number) if "." in number else int(number))
        name = self._match(_NAME)
        if name is None:
            raise self._unfinished()
        if name in _WORDS and not self.text.startswith((".", "["), self.at):
            return Literal(_WORDS[name])
        return self._path(name, self.token[0])

    def _path(self, name: str, begin: int) -> Path:
        parts: list[str | int] = [name]
        spans = [(begin, self.at)]
        while True:
            if self.text.startswith(".", self.at):
                self.at += 1
                part: str | int | None = self._match(_PART, spaces=False)
                span = self.token
                if isinstance(part, str) and part.isdecimal() and part.isascii():
                    part = int(part[:9])
            elif self.text.startswith("[", self.at):
                self.at += 1
                part, span = self._bracket()
            else:
                return Path(tuple(parts), tuple(spans), begin, self.at)
            if part is None:
                raise self._error("After a dot comes the name of a value.")
            parts.append(part)
            spans.append(span)
            if len(parts) > MAX_PATH_PARTS:
                raise self._error(f"A path can have {MAX_PATH_PARTS} parts at most.")

    def _bracket(self) -> tuple[str | int, tuple[int, int]]:
        part: str | int | None = self._string()
        span = (self.token[0] + 1, self.token[1] - 1)
        if part is None:
            index = self._match(_INDEX)
            part = None if index is None else int(index)
            span = self.token
        if part is None or not self._take("]"):
            raise self._error("In [ ] comes a number or a name in quotes, as in items[0].")
        return part, span

    def _string(self) -> str | None:
        raw = self._match(_STRING)
        if raw is None:
            return None
        return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], raw[1:-1])

    def _match(self, form: re.Pattern[str], *, spaces: bool = True) -> str | None:
        start = _SPACE.match(self.text, self.at).end() if spaces else self.at  # type: ignore[union-attr]
        found = form.match(self.text, start)
        if found is None:
            return None
        self.token = found.span()
        self.at = found.end()
        return found[0]

    def _take(self, mark: str) -> bool:
        start = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
        if not self.text.startswith(mark, start):
            return False
        self.at = start + len(mark)
        return True

    def _unfinished(self) -> TemplateError:
        at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
        if at >= len(self.text):
            return self._error("A {{ has no }} behind it.")
        if self.text.startswith("}}", at):
            return self._error("Between {{ and }} comes a value, for instance trigger.name.")
        return self._error(f"“{self.text[at]}” does not belong here, inside {{{{ }}}}.")

    def _error(self, sentence: str, *, back: int = 0) -> TemplateError:
        return TemplateError(
            sentence, start=max(self.start, self.at - back), end=min(len(self.text), self.at + 1)
        )
