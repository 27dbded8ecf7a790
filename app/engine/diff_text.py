"""Which words of a text are other ones than before."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from app.engine.diff_change import Mark, Piece

# Comparing costs the product of both lengths at worst: longer texts are compared by lines.
MAX_COMPARED = 250_000
MAX_KEPT_WORDS = 14
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def marked_words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one: pieces that stayed, went (`old`) and came (`new`).

    All that is not `new` is the text before, all that is not `old` the text after.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = _marked(old[head : len(old) - tail], new[head : len(new) - tail])
    kept = (Piece("".join(new[:head])), *middle, Piece("".join(new[len(new) - tail :])))
    return tuple(piece for piece in kept if piece.text)


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces, with what stayed cut to a few words around what is different."""
    last = len(pieces) - 1
    return tuple(
        piece if piece.mark else Piece(_around(piece.text, at > 0, at < last))
        for at, piece in enumerate(pieces)
    )


def _marked(old: list[str], new: list[str]) -> tuple[Piece, ...]:
    if len(old) * len(new) > MAX_COMPARED:
        old, new = _LINE.findall("".join(old)), _LINE.findall("".join(new))
    if len(old) * len(new) > MAX_COMPARED:
        return Piece("".join(old), "old"), Piece("".join(new), "new")
    return tuple(_pieces(_joined_gaps(_runs(old, new))))


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """(what was, what is) for each stretch in turn."""
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[a:b]), "".join(new[c:d])


def _joined_gaps(runs: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """A space that stayed between two words that did not belongs to both changes."""
    found: list[tuple[str, str]] = []
    for was, now in runs:
        is_gap = was == now and not was.strip()
        after_change = bool(found) and found[-1][0] != found[-1][1]
        if (is_gap and after_change) or (was != now and after_change):
            found[-1] = (found[-1][0] + was, found[-1][1] + now)
        else:
            found.append((was, now))
    return found


def _pieces(runs: list[tuple[str, str]]) -> Iterator[Piece]:
    for was, now in runs:
        if was == now:
            yield Piece(now)
            continue
        both = _alike(was[::-1], now[::-1])
        spaces = len(was) - len(was.rstrip())
        tail = min(both, spaces)  # a space that ends both stayed
        marks: tuple[tuple[str, Mark], ...] = (
            (was[: len(was) - tail], "old"),
            (now[: len(now) - tail], "new"),
            (was[len(was) - tail :], ""),
        )
        yield from (Piece(text, mark) for text, mark in marks if text)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _around(text: str, goes_before: bool, comes_after: bool) -> str:
    """The words of a text that stand next to what is different."""
    words = _WORD.findall(text)
    if len(words) <= 3 * MAX_KEPT_WORDS:
        return text
    first = "".join(words[:MAX_KEPT_WORDS]) if goes_before else ""
    last = "".join(words[-MAX_KEPT_WORDS:]) if comes_after else ""
    return f"{first} … {last}"
