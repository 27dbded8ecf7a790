"""What can be done with the columns of a table. Call these with a table that is `tables.locked`."""

import uuid
from collections.abc import Callable
from datetime import tzinfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.data_tables.cells import CellRefused, settle, shown
from app.data_tables.columns import (
    Column,
    ColumnKind,
    TableRefused,
    check_columns,
    fresh_key,
)
from app.data_tables.conditions import Condition, Conditions
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import Values, of_table, stored
from app.data_tables.tables import record
from app.lib import clock

_BATCH = 1_000


def add_column(
    session: Session,
    table: DataTable,
    *,
    by: uuid.UUID,
    name: str,
    kind: ColumnKind = ColumnKind.TEXT,
    options: tuple[str, ...] = (),
) -> Column:
    """Add an empty column at the end. Raises TableRefused."""
    key = fresh_key(name, [one.key for one in table.columns])
    column = Column(key, name, kind, options if kind is ColumnKind.CHOICE else ())
    _keep(table, (*table.columns, column))
    record(session, "table_column_added", table, by=by, column=name)
    return column


def change_column(
    session: Session,
    table: DataTable,
    column: Column,
    *,
    by: uuid.UUID,
    name: str,
    kind: ColumnKind,
    options: tuple[str, ...],
    zone: tzinfo,
) -> None:
    """Rename a column, or make it another kind. Steps go on knowing it by its key.

    Raises TableRefused with the first value that does not fit, and then changes nothing.
    """
    changed = Column(column.key, name, kind, options if kind is ColumnKind.CHOICE else ())
    _keep(table, tuple(changed if one.key == column.key else one for one in table.columns))
    if kind is not column.kind or not set(column.options) <= set(changed.options):
        _rewrite(session, table, _converter(column, changed, zone))
    record(session, "table_column_changed", table, by=by, column=name, was=column.name)


def move_column(table: DataTable, column: Column, *, by_places: int) -> None:
    """Move a column to the left (negative) or right; beyond the edge it stays there."""
    others = [one for one in table.columns if one.key != column.key]
    place = [one.key for one in table.columns].index(column.key) + by_places
    others.insert(max(0, min(place, len(others))), column)
    _keep(table, tuple(others))


def remove_column(session: Session, table: DataTable, column: Column, *, by: uuid.UUID) -> None:
    """Remove a column with everything in it. Raises TableRefused for the last one."""
    _keep(table, tuple(one for one in table.columns if one.key != column.key))
    _rewrite(session, table, lambda values: values)
    record(session, "table_column_removed", table, by=by, column=column.name)


def filled_cells(session: Session, table: DataTable, column: Column) -> int:
    """How many rows have something in this column."""
    filled = Conditions((Condition(column, "is_not_empty", None),))
    query = select(func.count()).select_from(DataRow)
    return session.scalar(query.where(*of_table(table), filled.narrowed())) or 0


def _keep(table: DataTable, columns: tuple[Column, ...]) -> None:
    check_columns(columns)
    table.columns = columns
    table.updated_at = clock.now()


def _converter(was: Column, now: Column, zone: tzinfo) -> Callable[[Values], Values]:
    def convert(values: Values) -> Values:
        value = values.get(was.key)
        if value is None:
            return values
        typed = value if was.kind is now.kind else shown(was, value, zone)
        try:
            return {**values, was.key: settle(now, typed, zone)}
        except CellRefused as refused:
            raise TableRefused(f"{refused.sentence} The column stays as it was.") from None

    return convert


def _rewrite(session: Session, table: DataTable, change: Callable[[Values], Values]) -> None:
    """Every row anew, deleted ones too, so that nothing of a removed column is left anywhere."""
    session.flush()
    columns, position = table.columns, 0
    while True:
        batch = session.execute(
            select(DataRow.id, DataRow.position, DataRow.values)
            .where(DataRow.table_id == table.id, DataRow.position > position)
            .order_by(DataRow.position)
            .limit(_BATCH)
        ).all()
        if batch:
            session.execute(
                update(DataRow),
                [{"id": row.id, **stored(columns, change(row.values))} for row in batch],
            )
            position = batch[-1].position
        if len(batch) < _BATCH:
            return
