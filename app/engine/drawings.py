"""What is drawn around the steps and never runs: notes, and coloured frames around groups."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from app.engine.errors import GraphRefused
from app.engine.graph_shapes import ID, group, items, match, number, only, place, text
from app.engine.values import Json

MAX_DRAWN = 500
MAX_TEXT_CHARS = 4_000
MAX_TITLE_CHARS = 120
MIN_SIZE, MAX_SIZE = 16, 20_000
COLOURS = ("plain", "amber", "blue", "green", "red")

_DAY = re.compile(r"(?:\d{4}-\d\d-\d\d)?\Z")
Drawn = TypeVar("Drawn", "Note", "GroupFrame")


@dataclass(frozen=True, slots=True)
class Note:
    """A note on the canvas, its top left at `x`, `y`. `by` wrote it, on the day `at`."""

    id: str
    x: float
    y: float
    w: float
    h: float
    text: str
    colour: str = "plain"
    by: str = ""
    at: str = ""

    def to_json(self) -> dict[str, Json]:
        """The note as `graph_json` holds it."""
        return {
            "id": self.id,
            "x": self.x,
            "y": self.y,
            "w": self.w,
            "h": self.h,
            "text": self.text,
            "colour": self.colour,
            "by": self.by,
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """A coloured frame behind some steps, with a title. It groups for the eye only."""

    id: str
    x: float
    y: float
    w: float
    h: float
    title: str
    colour: str = "plain"

    def to_json(self) -> dict[str, Json]:
        """The frame as `graph_json` holds it."""
        return {
            "id": self.id,
            "x": self.x,
            "y": self.y,
            "w": self.w,
            "h": self.h,
            "title": self.title,
            "colour": self.colour,
        }


def read_notes(value: object) -> tuple[Note, ...]:
    """The notes in parsed JSON; raises GraphRefused with a sentence."""
    return _unlike(items(value, "The notes", MAX_DRAWN), _note, "Two notes have the same id")


def read_frames(value: object) -> tuple[GroupFrame, ...]:
    """The coloured frames in parsed JSON; raises GraphRefused with a sentence."""
    return _unlike(items(value, "The frames", MAX_DRAWN), _frame, "Two frames have the same id")


_NOTE_NAMES = frozenset(Note("", 0, 0, 0, 0, "").to_json())
_FRAME_NAMES = frozenset(GroupFrame("", 0, 0, 0, 0, "").to_json())


def _note(value: object) -> Note:
    raw = group(value, "A note")
    only(raw, "A note", _NOTE_NAMES)
    return Note(
        id=match(raw.get("id"), ID, "A note has no id of eight small letters and digits."),
        **_box(raw, "A note"),
        text=text(
            raw.get("text", ""),
            f"A note can have {MAX_TEXT_CHARS:,} characters at most.",
            MAX_TEXT_CHARS,
        ),
        colour=_colour(raw.get("colour", "plain"), "A note"),
        by=text(raw.get("by", ""), "A note has no fitting author.", MAX_TITLE_CHARS),
        at=match(raw.get("at", ""), _DAY, "A note has a day unlike 2026-11-03."),
    )


def _frame(value: object) -> GroupFrame:
    raw = group(value, "A frame")
    only(raw, "A frame", _FRAME_NAMES)
    return GroupFrame(
        id=match(raw.get("id"), ID, "A frame has no id of eight small letters and digits."),
        **_box(raw, "A frame"),
        title=text(
            raw.get("title", ""),
            f"The title of a frame can have {MAX_TITLE_CHARS} characters at most.",
            MAX_TITLE_CHARS,
        ),
        colour=_colour(raw.get("colour", "plain"), "A frame"),
    )


def _box(raw: Mapping[str, Any], what: str) -> dict[str, float]:
    no_place, no_size = f"{what} has no place.", f"{what} has no fitting size."
    return {
        "x": place(raw.get("x"), no_place),
        "y": place(raw.get("y"), no_place),
        "w": number(raw.get("w"), no_size, MIN_SIZE, MAX_SIZE),
        "h": number(raw.get("h"), no_size, MIN_SIZE, MAX_SIZE),
    }


def _colour(value: object, what: str) -> str:
    if not isinstance(value, str) or value not in COLOURS:
        raise GraphRefused(f"{what} has a colour that is not known here.")
    return value


def _unlike(raw: list[Json], read: Callable[[object], Drawn], sentence: str) -> tuple[Drawn, ...]:
    drawn = tuple(read(one) for one in raw)
    seen: set[str] = set()
    for one in drawn:
        if one.id in seen:
            raise GraphRefused(f"{sentence}: {one.id}.")
        seen.add(one.id)
    return drawn
