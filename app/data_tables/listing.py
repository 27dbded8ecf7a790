"""Reading rows: searched, filtered, sorted, and paged by key, however many there are."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, null, or_, select
from sqlalchemy.orm import Session

from app.data_tables.cells import fold
from app.data_tables.columns import Column, ColumnKind
from app.data_tables.conditions import Conditions
from app.data_tables.json_columns import number_in, text_in
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import of_table
from app.engine.values import Json

BATCH = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this value of the sorted column, at this position."""

    position: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, in which order. Empty cells come last, whichever way it is sorted."""

    words: str = ""
    conditions: Conditions = field(default_factory=Conditions)
    sort: Column | None = None
    is_descending: bool = False


class FoundRow(NamedTuple):
    """A row as it is read: lighter than the table's own, of which thousands may be looked at."""

    id: uuid.UUID
    position: int
    values: dict[str, Json]
    sort_value: Any


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page; `after` and `before` are places to go on from, None at the ends."""

    rows: Sequence[FoundRow]
    after: Place | None
    before: Place | None


def page_of(
    session: Session,
    table: DataTable,
    query: Query,
    *,
    size: int,
    after: Place | None = None,
    before: Place | None = None,
) -> RowPage:
    """The page behind `after`, in front of `before`, or the first one."""
    is_back = before is not None
    start = before if is_back else after
    reading = matching(session, table, query, start=start, is_back=is_back, most=size + 1)
    found = list(islice(reading, size + 1))
    has_more, rows = len(found) > size, found[:size]
    if is_back:
        rows.reverse()
        has_after, has_before = bool(rows), has_more
    else:
        has_after, has_before = has_more, start is not None and bool(rows)
    return RowPage(
        rows,
        after=place_of(rows[-1]) if has_after else None,
        before=place_of(rows[0]) if has_before else None,
    )


def matching(
    session: Session,
    table: DataTable,
    query: Query,
    *,
    start: Place | None = None,
    is_back: bool = False,
    most: int | None = None,
) -> Iterator[FoundRow]:
    """The rows that fit, read in batches as they are asked for; the caller takes at most `most`."""
    # Where SQL alone decides, no row is read that is not wanted.
    size = most if most is not None and not query.conditions.rows else BATCH
    while True:
        statement = _batch(table, query, start, is_back=is_back).limit(size)
        batch = [FoundRow(*row) for row in session.execute(statement)]
        for row in batch:
            if query.conditions.hold(row.values):
                yield row
        if len(batch) < size:
            return
        start = place_of(batch[-1])


def place_of(row: FoundRow) -> Place:
    """The place of this row in the order it was read in."""
    value = row.sort_value
    return Place(row.position, float(value) if isinstance(value, int) else value)


def _batch(table: DataTable, query: Query, start: Place | None, *, is_back: bool) -> Select[Any]:
    sorted_by = null() if query.sort is None else sort_value(query.sort)
    found = select(DataRow.id, DataRow.position, DataRow.values, sorted_by).where(
        *of_table(table), query.conditions.narrowed()
    )
    if query.words:
        found = found.where(DataRow.folded.contains(fold(query.words.strip()), autoescape=True))
    if query.sort is None:
        return _by_position(found, start, is_up=query.is_descending == is_back)
    is_up = query.is_descending == is_back
    return _by_value(found, sort_value(query.sort), start, is_up=is_up, is_back=is_back)


def _by_position(found: Select[Any], start: Place | None, *, is_up: bool) -> Select[Any]:
    key = DataRow.position
    if start is not None:
        found = found.where(key > start.position if is_up else key < start.position)
    return found.order_by(key.asc() if is_up else key.desc())


def _by_value(
    found: Select[Any],
    value: ColumnElement[Any],
    start: Place | None,
    *,
    is_up: bool,
    is_back: bool,
) -> Select[Any]:
    if start is not None:
        found = found.where(_behind(value, start, is_up=is_up, is_back=is_back))
    empties = value.is_(None)
    return found.order_by(
        empties.desc() if is_back else empties.asc(),
        value.asc() if is_up else value.desc(),
        DataRow.position.desc() if is_back else DataRow.position.asc(),
    )


def _behind(
    value: ColumnElement[Any], start: Place, *, is_up: bool, is_back: bool
) -> ColumnElement[bool]:
    """Rows that come later in the order, or earlier when going back; empties are at its end."""
    position = DataRow.position
    later = position < start.position if is_back else position > start.position
    if start.value is None:
        same = and_(value.is_(None), later)
        return or_(same, value.is_not(None)) if is_back else same
    further = value > start.value if is_up else value < start.value
    same = and_(value == start.value, later)
    return or_(further, same) if is_back else or_(further, same, value.is_(None))


def sort_value(column: Column) -> ColumnElement[Any]:
    """What rows are sorted by for this column."""
    if _is_text(column):
        return text_in(DataRow.sort_keys, column.key)
    if column.kind in (ColumnKind.NUMBER, ColumnKind.YES_NO):
        return number_in(DataRow.values, column.key)
    return text_in(DataRow.values, column.key)


def _is_text(column: Column) -> bool:
    return column.kind in (ColumnKind.TEXT, ColumnKind.CHOICE)
