"""A batch as something that files and tables are made of."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batch_results import into_table, results
from app.batches import recording
from app.batches.holding import find_locked
from app.batches.models import Batch
from app.handovers.models import Handover, HandoverKind
from app.handovers.turns import Contents, Source

_AS_CSV = "Take them as CSV."
IN_PARTS = "Write the results into a table, and export its rows in parts."


def _hold(session: Session, handover: Handover) -> bool:
    batch = handover.batch_id and find_locked(session, handover.workspace_id, handover.batch_id)
    if not batch:
        return False
    batch.seq += 1
    return True


def _contents(session: Session, handover: Handover) -> Contents:
    batch = session.get_one(Batch, handover.batch_id)
    runs = handover.wish["runs"]
    rows = results.rows_of(session, batch, lambda run_id: f"{runs}/{run_id}")
    is_csv = handover.kind is HandoverKind.CSV
    too_large = IN_PARTS if is_csv else _AS_CSV
    return Contents("Results", results.columns_of(batch), rows, _AS_CSV, too_large)


def _made(session: Session, handover: Handover) -> None:
    batch = session.get_one(Batch, handover.batch_id)
    by = session.get_one(User, handover.asked_by)
    recording.record(
        session, "batch_file_made", batch, by=by, name=handover.name, rows=handover.rows
    )


def _given_up(session: Session, handover: Handover) -> None:
    if handover.kind is HandoverKind.TABLE and handover.rows:
        batch = session.get_one(Batch, handover.batch_id)
        into_table.record_written(session, batch, handover)


SOURCE = Source(
    hold=_hold,
    contents=_contents,
    made=_made,
    given_up=_given_up,
    ways={HandoverKind.TABLE: into_table.write},
)
