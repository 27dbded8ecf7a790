"""A new table that was being filled and did not come to its end: go on with it, or remove it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batch_results import asking
from app.batches import recording
from app.batches.models import Batch, BatchRow, RowStatus
from app.batches.refused import BatchRefused
from app.data_tables import directory, ports, rows, tables
from app.data_tables.models import DataRow, DataTable
from app.handovers import asking as handovers
from app.handovers.models import Handover, HandoverKind, HandoverStatus

NOTHING = "There is no half-filled table here any more."
RUN_SINCE = (
    "Rows that stand in the table, or before its last one, have run since. Remove the table, and "
    "write the results into a new one."
)
CHANGED = (
    "Somebody has changed “{0}” since, or an agent uses it, so it is not removed from here. "
    "Open it to see what is in it; it can be deleted there."
)


def go_on(session: Session, batch: Batch, *, by: User) -> None:
    """Write the rows behind the last one that was written. Call inside `writing()`.

    Raises BatchRefused.
    """
    batch, held, _ = _half_filled(session, batch)
    if _done_until(session, batch, held.taken) != held.rows + held.left_over.get("large", 0):
        raise BatchRefused(RUN_SINCE)
    held.status, held.asked_by, held.whole = HandoverStatus.WORKING, by.id, batch.done
    held.sentence, held.finished_at, held.tries = "", None, 0
    batch.seq += 1
    recording.record(session, "batch_writing_resumed", batch, by=by, name=held.name, rows=held.rows)


def remove(session: Session, batch: Batch, *, by: User) -> str:
    """Delete the table, in which stands nothing but these results; what it was called.

    Call inside `writing()`. Raises BatchRefused.
    """
    batch, held, table = _half_filled(session, batch)
    if _is_changed(session, held, table):
        raise BatchRefused(CHANGED.format(table.name))
    tables.delete(session, table, by=by.id)
    handovers.let_go(session, [held])
    batch.seq += 1
    return table.name


def _half_filled(session: Session, batch: Batch) -> tuple[Batch, Handover, DataTable]:
    """All three held until the transaction ends."""
    batch = asking.locked(session, batch)
    found = asking.kept(session, batch, HandoverKind.TABLE)
    held = next((one for one in found if asking.is_half_filled(one)), None)
    if held is None or held.table_id is None:
        raise BatchRefused(NOTHING)
    table = directory.by_id(session, batch.workspace_id, table_id=held.table_id)
    if table is None:
        raise BatchRefused(NOTHING)
    return batch, held, tables.locked(session, table)


def _done_until(session: Session, batch: Batch, number: int) -> int:
    query = select(func.count()).where(
        BatchRow.workspace_id == batch.workspace_id,
        BatchRow.batch_id == batch.id,
        BatchRow.status == RowStatus.DONE,
        BatchRow.number <= number,
    )
    return session.scalar(query) or 0


def _is_changed(session: Session, held: Handover, table: DataTable) -> bool:
    """Whether rows came, went or were edited, or an agent uses it."""
    if (table.row_count, table.last_position) != (held.rows, held.rows):
        return True
    edited = select(DataRow.id).where(*rows.of_table(table), DataRow.revision > 1).limit(1)
    if session.scalars(edited).first() is not None:
        return True
    return bool(ports.used_by(session, table.workspace_id).get(table.id))
