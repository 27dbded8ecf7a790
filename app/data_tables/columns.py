"""The columns of a table: their kinds, their names, and the keys that steps know them by."""

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.words import listed
from app.lib.latin import latin

MAX_COLUMNS = 100
MAX_NAME_CHARS = 60
MAX_KEY_CHARS = 40
MAX_OPTIONS = 100
MAX_OPTION_CHARS = 80
# What a row carries beside its values.
RESERVED_KEYS = frozenset({"id"})


class ColumnKind(enum.StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"

    @property
    def words(self) -> str:
        """What people read."""
        return _KIND_WORDS[self]

    @property
    def icon(self) -> str:
        """The sign before a column's name."""
        return _KIND_ICONS[self]


_KIND_WORDS = {
    ColumnKind.TEXT: "Text",
    ColumnKind.NUMBER: "Number",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.DATE: "Date",
    ColumnKind.MOMENT: "Date and time",
    ColumnKind.CHOICE: "Choice",
}
_KIND_ICONS = {
    ColumnKind.TEXT: "type",
    ColumnKind.NUMBER: "hash",
    ColumnKind.YES_NO: "square-check",
    ColumnKind.DATE: "calendar-clock",
    ColumnKind.MOMENT: "clock",
    ColumnKind.CHOICE: "tag",
}


class TableRefused(ValueError):
    """A wish that a table cannot fulfil; `sentence` says why and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` stays for good, whatever becomes of the name."""

    key: str
    name: str
    kind: ColumnKind = ColumnKind.TEXT
    options: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Column":
        """The column that a table keeps."""
        return cls(
            key=value["key"],
            name=value["name"],
            kind=ColumnKind(value["kind"]),
            options=tuple(value.get("options") or ()),
        )

    def to_json(self) -> dict[str, Any]:
        """What a table keeps of it."""
        return {
            "key": self.key,
            "name": self.name,
            "kind": self.kind.value,
            "options": list(self.options),
        }


def find_column(columns: Sequence[Column], words: str) -> Column | None:
    """The column with this key or, without regard to case, this name."""
    wanted = words.strip()
    for column in columns:
        if column.key == wanted:
            return column
    folded = wanted.casefold()
    return next((one for one in columns if one.name.casefold() == folded), None)


def need_column(columns: Sequence[Column], words: str) -> Column:
    """The column with this key or name. Raises TableRefused naming the columns there are."""
    found = find_column(columns, words)
    if found is None:
        raise TableRefused(
            f"There is no column “{words.strip()[:60]}”. {columns_there_are(columns)}"
        )
    return found


def columns_there_are(columns: Sequence[Column], most: int = 12) -> str:
    """A sentence that names them."""
    names = [f"“{one.name}”" for one in columns[:most]]
    if len(columns) > most:
        names.append(f"{len(columns) - most} more")
    return f"The table has {listed(names)}." if names else "The table has no columns yet."


def fresh_key(name: str, taken: Iterable[str]) -> str:
    """A key made from a name, `Order number` → `order_number`, that is not taken yet."""
    word = re.sub(r"[^a-z0-9]+", "_", latin(name)).strip("_")[:MAX_KEY_CHARS].strip("_")
    if not word or not word[0].isalpha():
        word = f"column_{word}".strip("_")[:MAX_KEY_CHARS]
    used = set(taken) | RESERVED_KEYS
    if word not in used:
        return word
    number = 2
    while f"{word[: MAX_KEY_CHARS - 4]}_{number}" in used:
        number += 1
    return f"{word[: MAX_KEY_CHARS - 4]}_{number}"


def check_columns(columns: Sequence[Column]) -> None:
    """Raises TableRefused for columns that no table can have."""
    if not columns:
        raise TableRefused("Name at least one column.")
    if len(columns) > MAX_COLUMNS:
        raise TableRefused(f"A table can have {MAX_COLUMNS} columns at most.")
    seen: set[str] = set()
    for number, column in enumerate(columns, start=1):
        _check_column(number, column)
        if column.name.casefold() in seen:
            raise TableRefused(f"Two columns are called “{column.name}”. Give one another name.")
        seen.add(column.name.casefold())


def _check_column(number: int, column: Column) -> None:
    if not column.name.strip():
        raise TableRefused(f"Column {number} has no name.")
    if len(column.name) > MAX_NAME_CHARS:
        raise TableRefused(
            f"The name “{column.name[:20]}…” is too long. Use at most {MAX_NAME_CHARS} characters."
        )
    if column.kind is not ColumnKind.CHOICE:
        return
    if not column.options:
        raise TableRefused(f"Name the choices of “{column.name}”, one a line.")
    if len(column.options) > MAX_OPTIONS:
        raise TableRefused(f"“{column.name}” can have {MAX_OPTIONS} choices at most.")
    if any(len(one) > MAX_OPTION_CHARS for one in column.options):
        raise TableRefused(
            f"A choice of “{column.name}” is too long. Use at most {MAX_OPTION_CHARS} characters."
        )


def read_options(typed: str) -> tuple[str, ...]:
    """Choices as typed, one a line; empty lines and repeats are left out."""
    lines = (line.strip() for line in typed.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
