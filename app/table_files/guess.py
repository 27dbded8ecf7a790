"""What the columns of a file hold, guessed from what is in them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC

from app.data_tables.cells import CellRefused, settle
from app.data_tables.columns import MAX_NAME_CHARS, MAX_OPTIONS, Column, ColumnKind, fresh_key
from app.engine.values import Json

LOOKED_AT = 2_000
# Numbers that are names: telephone numbers, article numbers with zeros in front, long ids.
_NAME_LIKE = re.compile(r"\s*(?:\+\d|0\d|\d{12})")
_DATE_LIKE = re.compile(r"\s*\d{1,4}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{1,4}\s*\Z")


def guessed(header: Sequence[str], lines: Sequence[Sequence[Json]]) -> tuple[Column, ...]:
    """A column for each name in the header; names that are missing or repeated are made up."""
    columns: list[Column] = []
    for place, title in enumerate(header):
        name = _free_name(title or f"Column {place + 1}", [one.name for one in columns])
        key = fresh_key(name, [one.key for one in columns])
        columns.append(Column(key, name, _kind([line[place] for line in lines[:LOOKED_AT]])))
    return tuple(columns)


def values_as_options(cells: Sequence[Json]) -> str:
    """The different values of a column, one a line, as choices are typed; empty for too many."""
    words = (str(cell).strip() for cell in cells if cell is not None)
    found = dict.fromkeys(word for word in words if word)
    return "\n".join(found) if len(found) <= MAX_OPTIONS else ""


def _kind(cells: Sequence[Json]) -> ColumnKind:
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    if not filled:
        return ColumnKind.TEXT
    for kind, may_be in _TRIED:
        if all(may_be(cell) and _fits(kind, cell) for cell in filled):
            return kind
    return ColumnKind.TEXT


def _fits(kind: ColumnKind, cell: Json) -> bool:
    try:
        settle(Column("c", "c", kind), cell, UTC)
    except CellRefused:
        return False
    return True


def _is_word(cell: Json) -> bool:
    return isinstance(cell, bool) or (isinstance(cell, str) and not cell.strip().isdigit())


def _is_amount(cell: Json) -> bool:
    return not isinstance(cell, bool) and not (isinstance(cell, str) and _NAME_LIKE.match(cell))


def _is_day(cell: Json) -> bool:
    return isinstance(cell, str) and _DATE_LIKE.match(cell) is not None


_TRIED: tuple[tuple[ColumnKind, Callable[[Json], bool]], ...] = (
    (ColumnKind.YES_NO, _is_word),
    (ColumnKind.NUMBER, _is_amount),
    (ColumnKind.DATE, _is_day),
    (ColumnKind.MOMENT, lambda cell: isinstance(cell, str)),
)


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    name = " ".join(wanted.split())[:MAX_NAME_CHARS]
    used = {one.casefold() for one in taken}
    number = 2
    while name.casefold() in used:
        name = f"{wanted[: MAX_NAME_CHARS - 4]} {number}"
        number += 1
    return name
