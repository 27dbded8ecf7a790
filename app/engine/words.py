"""Sentences for people: parts that stand out, values made short, lists joined as one says them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.engine.file_port import is_file

SHORT_CHARS = 60
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s")
_REFERENCE = re.compile(r"\{\{[^{}]*\}\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `strong` pieces are set apart on screen. Plain text, never HTML."""

    text: str
    strong: bool = False


class Sentence(str):
    """A sentence as plain text that also remembers which of its parts stand out."""

    __slots__ = ("parts",)
    parts: tuple[Part, ...]

    def __new__(cls, parts: Iterable[Part]) -> "Sentence":
        kept = tuple(part for part in parts if part.text)
        made = super().__new__(cls, "".join(part.text for part in kept))
        made.parts = kept
        return made


def said(*pieces: str | Part) -> Sentence:
    """A sentence of plain texts and `strong(...)` parts."""
    return Sentence(piece if isinstance(piece, Part) else Part(piece) for piece in pieces)


def strong(value: object, most: int = SHORT_CHARS) -> Part:
    """A value, shortened, as a part that stands out."""
    return Part(short(value, most), strong=True)


def parts_of(sentence: str) -> tuple[Part, ...]:
    """The parts of any sentence; a plain string is one part."""
    return sentence.parts if isinstance(sentence, Sentence) else (Part(sentence),)


def first_sentence(text: str, most: int) -> str:
    """What a telling begins with: its first sentence, in at most `most` characters on one line."""
    return short(_SENTENCE_ENDS.split(text.strip(), maxsplit=1)[0], most)


def short(value: object, most: int = SHORT_CHARS) -> str:
    """A value in at most `most` characters on one line, as one would say it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return count(len(value), "item")
    if isinstance(value, dict) and not is_file(value):
        return count(len(value), "value")
    if isinstance(value, dict):
        value = value["name"]
    text = f"{value:.12g}" if isinstance(value, float) and abs(value) < 1e12 else str(value)
    line = " ".join(text[: most * 8].split()) or "an empty text"
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def gaps(text: object) -> str:
    """A text as it was typed, with an ellipsis for each value that a run fills in."""
    return _REFERENCE.sub("…", str(text or ""))


def count(number: int, word: str, plural: str = "") -> str:
    """`1 item`, `3 items`."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"
