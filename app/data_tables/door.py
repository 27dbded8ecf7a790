"""The tables of a workspace as the steps of one run reach them."""

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.data_tables import directory, rows, tables
from app.data_tables.cells import CellRefused, settle
from app.data_tables.columns import TableRefused, need_column
from app.data_tables.conditions import read_conditions
from app.data_tables.listing import FoundRow, Query, matching
from app.data_tables.models import DataRow, DataTable
from app.data_tables.rows import Values
from app.engine.errors import StepFailed
from app.engine.states import RunMode
from app.engine.table_port import Row, TableCard, TableColumn
from app.engine.values import Json
from app.workspaces.models import Workspace

MAX_FOUND = 10_000
MAX_ADDED = 1_000
REHEARSED = "This is a rehearsal: no table is changed."
_GONE = "The table that this step uses was deleted. Open the step and choose another table."
_ROW_GONE = "There is no such row in “{}”. It may have been deleted meanwhile."


class TableDoor:
    """The table port of one run; steps on several threads may use it at once.

    sessions: makes a session for each call. mode: no row changes in a rehearsal, also when a step
    forgets to ask. turn_to_write: held around each write transaction, where the threads of a
    process take turns.
    """

    def __init__(
        self,
        sessions: Callable[[], Session],
        *,
        workspace_id: uuid.UUID,
        run_id: uuid.UUID,
        mode: RunMode,
        turn_to_write: AbstractContextManager[object] | None = None,
    ) -> None:
        self._sessions = sessions
        self._workspace_id = workspace_id
        self._run_id = run_id
        self._mode = mode
        self._turn = turn_to_write or contextlib.nullcontext()

    def find(
        self, table_id: str, conditions: Mapping[str, Json], *, sort: str, limit: int
    ) -> list[dict[str, Json]]:
        """The rows that fit, at most `limit` of them."""
        with self._sessions() as session, _in_words():
            table = self._table(session, table_id)
            query = Query(
                conditions=read_conditions(table.columns, conditions, self._zone(session)),
                sort=need_column(table.columns, sort.lstrip("-")) if sort.strip("- ") else None,
                is_descending=sort.startswith("-"),
            )
            found: list[dict[str, Json]] = []
            for row in matching(session, table, query):
                found.append(as_step_sees(table, row))
                if len(found) >= min(limit, MAX_FOUND):
                    break
            return found

    def add(self, table_id: str, wanted: Sequence[Row], *, key: str) -> list[dict[str, Json]]:
        """Add rows, all or none."""
        if len(wanted) > MAX_ADDED:
            raise StepFailed(
                f"{len(wanted):,} rows came, and a step can add {MAX_ADDED:,} at once.",
                can_retry=False,
            )
        keys = [f"{key}/{number}" for number, _ in enumerate(wanted, start=1)] if key else []
        with self._writing(table_id) as (session, table):
            settled = self._settled(session, table, wanted)
            if not keys:
                rows.add(session, table, settled)
                return [as_step_sees(table, row) for row in _newest(session, table, len(wanted))]
            there = _by_key(session, table, keys)
            pairs = zip(keys, settled, strict=True)
            new = {one: values for one, values in pairs if one not in there}
            rows.add(session, table, list(new.values()), keys=list(new))
            there = _by_key(session, table, keys)
            return [as_step_sees(table, there[one]) for one in keys]

    def change(self, table_id: str, row_id: str, values: Row) -> dict[str, Json]:
        """Change some values of one row."""
        with self._writing(table_id) as (session, table):
            row = _row(session, table, row_id)
            if row is None:
                raise StepFailed(_ROW_GONE.format(table.name), can_retry=False)
            rows.change(session, table, row, self._settled(session, table, [values])[0])
            return as_step_sees(table, row)

    def put(self, table_id: str, match: str, row: Row, *, key: str) -> tuple[dict[str, Json], bool]:
        """Change the row whose column `match` has the same value, or add it."""
        with self._writing(table_id) as (session, table):
            column = need_column(table.columns, match)
            values = self._settled(session, table, [row])[0]
            value = values.get(column.key)
            if value is None:
                raise StepFailed(
                    f"“{column.name}” is empty, so there is no telling which row to change.",
                    can_retry=False,
                )
            there = rows.with_value(session, table, column, value)
            if there is not None:
                rows.change(session, table, there, values)
                return as_step_sees(table, there), False
            repeated = _by_key(session, table, [key] if key else [])
            if not repeated:
                rows.add(session, table, [values], keys=[key] if key else None)
            made = repeated.get(key) or _newest(session, table, 1)[0]
            return as_step_sees(table, made), True

    def remove(self, table_id: str, row_id: str) -> bool:
        """Remove a row for good; False when it was gone."""
        with self._writing(table_id) as (session, table):
            row = _row(session, table, row_id)
            if row is None:
                return False
            rows.remove(session, table, row)
            return True

    def card(self, table_id: str) -> TableCard:
        """What the table holds."""
        with self._sessions() as session:
            table = self._table(session, table_id)
            columns = (
                TableColumn(one.key, one.name, one.kind.value, one.options) for one in table.columns
            )
            return TableCard(table.name, tuple(columns))

    @contextlib.contextmanager
    def _writing(self, table_id: str) -> Iterator[tuple[Session, DataTable]]:
        if self._mode is RunMode.REHEARSAL:
            # The engine does not come here with a write; this is the second lock on that door.
            raise StepFailed(REHEARSED, can_retry=False)
        with self._turn, self._sessions() as session, _in_words(), database.writing(session):
            yield session, tables.locked(session, self._table(session, table_id))

    def _table(self, session: Session, table_id: str) -> DataTable:
        try:
            wanted = uuid.UUID(table_id)
        except ValueError:
            raise StepFailed(_GONE, can_retry=False) from None
        table = directory.by_id(session, self._workspace_id, table_id=wanted)
        if table is None:
            raise StepFailed(_GONE, can_retry=False)
        return table

    def _zone(self, session: Session) -> ZoneInfo:
        found = select(Workspace.timezone).where(Workspace.id == self._workspace_id)
        return ZoneInfo(session.scalars(found).one())

    def _settled(self, session: Session, table: DataTable, wanted: Sequence[Row]) -> list[Values]:
        zone, columns = self._zone(session), table.columns
        found = []
        for number, row in enumerate(wanted, start=1):
            where = f"Row {number}: " if len(wanted) > 1 else ""
            values: Values = {}
            for words, value in row.items():
                column = need_column(columns, str(words))
                try:
                    values[column.key] = settle(column, value, zone)
                except CellRefused as refused:
                    raise StepFailed(where + refused.sentence, can_retry=False) from None
            found.append(values)
        return found


def as_step_sees(table: DataTable, row: DataRow | FoundRow) -> dict[str, Json]:
    """The row as a value of a run."""
    return {"id": str(row.id), **{one.key: row.values.get(one.key) for one in table.columns}}


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except TableRefused as refused:
        raise StepFailed(refused.sentence, can_retry=False) from None


def _row(session: Session, table: DataTable, row_id: str) -> DataRow | None:
    try:
        wanted = uuid.UUID(row_id)
    except ValueError:
        raise StepFailed(
            "This is not the id of a row. Rows that were found or added carry it as “id”.",
            can_retry=False,
        ) from None
    return directory.row_of(session, table, row_id=wanted)


def _by_key(session: Session, table: DataTable, keys: Sequence[str]) -> dict[str, DataRow]:
    """Rows that an interrupted try has added already."""
    found = session.scalars(
        select(DataRow).where(DataRow.table_id == table.id, DataRow.idempotency_key.in_(keys))
    )
    return {str(row.idempotency_key): row for row in found} if keys else {}


def _newest(session: Session, table: DataTable, count: int) -> list[DataRow]:
    found = session.scalars(
        select(DataRow)
        .where(DataRow.table_id == table.id, DataRow.position > table.last_position - count)
        .order_by(DataRow.position)
    )
    return list(found)
