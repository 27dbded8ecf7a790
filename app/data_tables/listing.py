"""Reading rows: searched, filtered, sorted, and paged by key, however many there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.data_tables.cells import fold
from app.data_tables.columns import Column, ColumnKind
from app.data_tables.conditions import Conditions
from app.data_tables.json_columns import number_in, text_in
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import of_table

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


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page; `after` and `before` are places to go on from, None at the ends."""

    rows: Sequence[DataRow]
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
    found: list[DataRow] = []
    for row in matching(session, table, query, start=start, is_back=is_back):
        found.append(row)
        if len(found) > size:
            break
    has_more, rows = len(found) > size, found[:size]
    if is_back:
        rows.reverse()
        has_after, has_before = bool(rows), has_more
    else:
        has_after, has_before = has_more, start is not None and bool(rows)
    return RowPage(
        rows,
        after=place_of(rows[-1], query) if has_after else None,
        before=place_of(rows[0], query) if has_before else None,
    )


def matching(
    session: Session,
    table: DataTable,
    query: Query,
    *,
    start: Place | None = None,
    is_back: bool = False,
) -> Iterator[DataRow]:
    """The rows that fit, read in batches as they are asked for."""
    while True:
        batch = session.scalars(_batch(table, query, start, is_back=is_back)).all()
        for row in batch:
            if query.conditions.hold(row.values):
                yield row
        if len(batch) < BATCH:
            return
        start = place_of(batch[-1], query)
        for row in batch:
            session.expunge(row)  # a long table must not be held as a whole


def place_of(row: DataRow, query: Query) -> Place:
    """The place of this row in the order of the query."""
    if query.sort is None:
        return Place(row.position)
    kept = row.sort_keys if _is_text(query.sort) else row.values
    value = kept.get(query.sort.key)
    return Place(row.position, float(value) if isinstance(value, bool | int) else value)


def _batch(
    table: DataTable, query: Query, start: Place | None, *, is_back: bool
) -> Select[DataRow]:
    found = select(DataRow).where(*of_table(table), query.conditions.narrowed())
    if query.words:
        found = found.where(DataRow.folded.contains(fold(query.words.strip()), autoescape=True))
    if query.sort is None:
        return _by_position(found, start, is_up=query.is_descending == is_back)
    is_up = query.is_descending == is_back
    return _by_value(found, sort_value(query.sort), start, is_up=is_up, is_back=is_back)


def _by_position(found: Select[DataRow], start: Place | None, *, is_up: bool) -> Select[DataRow]:
    key = DataRow.position
    if start is not None:
        found = found.where(key > start.position if is_up else key < start.position)
    return found.order_by(key.asc() if is_up else key.desc()).limit(BATCH)


def _by_value(
    found: Select[DataRow],
    value: ColumnElement[Any],
    start: Place | None,
    *,
    is_up: bool,
    is_back: bool,
) -> Select[DataRow]:
    if start is not None:
        found = found.where(_behind(value, start, is_up=is_up, is_back=is_back))
    empties = value.is_(None)
    return found.order_by(
        empties.desc() if is_back else empties.asc(),
        value.asc() if is_up else value.desc(),
        DataRow.position.desc() if is_back else DataRow.position.asc(),
    ).limit(BATCH)


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
