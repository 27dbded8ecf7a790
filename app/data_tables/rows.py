"""What can be done with the rows of a table. Call these with a table that is `tables.locked`."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.data_tables.cells import CellRefused, fold, settle
from app.data_tables.columns import Column, ColumnKind, TableRefused, need_column
from app.data_tables.conditions import equals_one
from app.data_tables.models import DataRow, DataTable
from app.engine.values import Json
from app.lib import clock, ids

MAX_ROWS = 100_000
MAX_ROW_BYTES = 64 * 1024
SORT_CHARS = 80
BIN_KEPT = timedelta(days=1)  # how long deleted rows can be brought back
_TEXTS = (ColumnKind.TEXT, ColumnKind.CHOICE)
Values: TypeAlias = dict[str, Json]


def settled(
    columns: Sequence[Column], typed: Mapping[str, Any], zone: tzinfo
) -> tuple[Values, dict[str, str]]:
    """Typed values by column key or name: as they are kept, and a sentence for each that is wrong.

    An emptied cell comes back as None. Raises TableRefused for a column that is not there.
    """
    values: Values = {}
    wrong: dict[str, str] = {}
    for words, value in typed.items():
        column = need_column(columns, words)
        try:
            values[column.key] = settle(column, value, zone)
        except CellRefused as refused:
            wrong[column.key] = refused.sentence
    return values, wrong


def add(
    session: Session,
    table: DataTable,
    rows: Sequence[Values],
    *,
    keys: Sequence[str] | None = None,
) -> list[uuid.UUID]:
    """Add rows of settled values at the end and return their ids. Raises TableRefused.

    `keys` are one idempotency key for each row; the caller has looked whether they are new.
    """
    if table.row_count + len(rows) > MAX_ROWS:
        raise TableRefused(
            f"“{table.name}” has {table.row_count:,} rows; a table can have {MAX_ROWS:,} at most."
        )
    now, columns = clock.now(), table.columns
    made = [
        {
            "id": ids.new_id(),
            "created_at": now,
            "updated_at": now,
            "workspace_id": table.workspace_id,
            "table_id": table.id,
            "position": table.last_position + number,
            "revision": 1,
            "idempotency_key": keys[number - 1] if keys else None,
            **stored(columns, values),
        }
        for number, values in enumerate(rows, start=1)
    ]
    if made:
        session.execute(insert(DataRow), made)
    table.row_count += len(made)
    table.last_position += len(made)
    table.updated_at = now
    session.flush()
    return [row["id"] for row in made]


def change(session: Session, table: DataTable, row: DataRow, values: Values) -> None:
    """Put settled values into some cells of a row; None empties a cell. Raises TableRefused."""
    kept = {**row.values, **values}
    for name, value in stored(table.columns, kept).items():
        setattr(row, name, value)
    row.revision += 1
    row.updated_at = table.updated_at = clock.now()
    session.flush()


def with_value(session: Session, table: DataTable, column: Column, value: Json) -> DataRow | None:
    """The first row whose cell in this column is exactly this settled value."""
    return session.scalars(
        select(DataRow)
        .where(*of_table(table), equals_one(column, [value]))
        .order_by(DataRow.position)
        .limit(1)
    ).first()


def to_bin(
    session: Session, table: DataTable, row_ids: Iterable[uuid.UUID]
) -> tuple[uuid.UUID, int]:
    """Delete rows so that they can be brought back for a while: the bin's id, and how many."""
    bin_id = ids.new_id()
    count = 0
    wanted = list(row_ids)
    for start in range(0, len(wanted), 500):
        done = session.execute(
            update(DataRow)
            .where(*of_table(table), DataRow.id.in_(wanted[start : start + 500]))
            .values(bin_id=bin_id, binned_at=clock.now())
        )
        count += done.rowcount  # type: ignore[attr-defined]  # an UPDATE has one
    table.row_count -= count
    table.updated_at = clock.now()
    session.flush()
    return bin_id, count


def from_bin(session: Session, table: DataTable, bin_id: uuid.UUID) -> int:
    """Bring deleted rows back to their places; how many. Raises TableRefused when it is full."""
    here = (DataRow.table_id == table.id, DataRow.bin_id == bin_id)
    waiting = len(session.scalars(select(DataRow.id).where(*here)).all())
    if table.row_count + waiting > MAX_ROWS:
        raise TableRefused(f"“{table.name}” is full, so nothing more fits in.")
    session.execute(update(DataRow).where(*here).values(bin_id=None, binned_at=None))
    table.row_count += waiting
    table.updated_at = clock.now()
    session.flush()
    return waiting


def remove(session: Session, table: DataTable, row: DataRow) -> None:
    """Remove a row for good."""
    session.delete(row)
    table.row_count -= 1
    table.updated_at = clock.now()
    session.flush()


def remove_all(session: Session, table: DataTable) -> None:
    """Remove every row for good, deleted ones included."""
    session.execute(delete(DataRow).where(DataRow.table_id == table.id))
    table.row_count = 0
    session.flush()


def empty_bins(session: Session, *, older_than: datetime) -> None:
    """Remove for good what was deleted before this moment."""
    session.execute(
        delete(DataRow).where(DataRow.bin_id.is_not(None), DataRow.binned_at < older_than)
    )


def of_table(table: DataTable) -> tuple[Any, ...]:
    """What holds for the table's rows that are not deleted."""
    return (
        DataRow.workspace_id == table.workspace_id,
        DataRow.table_id == table.id,
        DataRow.bin_id.is_(None),
    )


def is_too_large(columns: Sequence[Column], values: Values) -> bool:
    """Whether a row of these values would be refused."""
    return _bytes_of(_filled(columns, values)) > MAX_ROW_BYTES


def stored(columns: Sequence[Column], values: Values) -> dict[str, Any]:
    """The parts of a row that follow from its values. Raises TableRefused for too large a row."""
    kept = _filled(columns, values)
    if _bytes_of(kept) > MAX_ROW_BYTES:
        raise TableRefused(f"A row can hold {MAX_ROW_BYTES // 1024} KB at most; this one has more.")
    texts = {
        one.key: fold(str(kept[one.key]))
        for one in columns
        if one.key in kept and one.kind in _TEXTS
    }
    others = [
        str(value)
        for key, value in kept.items()
        if key not in texts and not isinstance(value, bool)
    ]
    return {
        "values": kept,
        "folded": "\n".join([*texts.values(), *others]),
        "sort_keys": {key: text[:SORT_CHARS] for key, text in texts.items()},
    }


def _filled(columns: Sequence[Column], values: Values) -> Values:
    return {one.key: values[one.key] for one in columns if values.get(one.key) is not None}


def _bytes_of(kept: Values) -> int:
    return len(json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace"))
