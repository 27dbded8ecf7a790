"""One difference between two flows, in words: what was added, is different or is gone."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.engine.words import short

Turn = Literal["added", "changed", "removed"]
Mark = Literal["", "old", "new", "to"]


class Size(enum.IntEnum):
    """How much a difference means for whoever uses the agent.

    FIX: it does the same, with other words or settings. FEATURE: it does more or less, or goes
    other ways. BREAKING: what starts it or reads its answer may have to change, too.
    """

    FIX = 1
    FEATURE = 2
    BREAKING = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence. `old` is what was, `new` what is, `to` the word between the two."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: a sentence in pieces, a quieter line, and marked words where texts differ.

    `step_id` is the step it is about, in the newer flow if it is there, None for the flow as a
    whole; `field` the name of the setting.
    """

    turn: Turn
    told: tuple[Piece, ...]
    why: str = ""
    wording: tuple[Piece, ...] = ()
    step_id: str | None = None
    step_name: str = ""
    field: str | None = None
    size: Size = Size.FIX

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(piece.text for piece in self.told)


def sentence(*pieces: str | Piece) -> tuple[Piece, ...]:
    """Plain texts and marked pieces as one sentence."""
    return tuple(one if isinstance(one, Piece) else Piece(one) for one in pieces)


def went(before: object, after: object, *, unit: str = "") -> tuple[Piece, ...]:
    """` went from 100 to 80`."""
    return sentence(
        " went from ",
        Piece(short(before), "old"),
        Piece(" to ", "to"),
        Piece(short(after), "new"),
        f" {unit}" if unit else "",
    )


def joined(*parts: str | Iterable[Piece]) -> tuple[Piece, ...]:
    """Sentences one after the other; empty pieces are left out."""
    pieces: list[Piece] = []
    for part in parts:
        pieces += [Piece(part)] if isinstance(part, str) else part
    return tuple(piece for piece in pieces if piece.text)
