"""What came of the rows whose runs have ended: answers, failures, costs."""

import json
import uuid
from collections.abc import Sequence

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from app.batches.models import Batch, BatchRow, RowStatus, Why
from app.engine.file_port import is_file
from app.engine.states import Reason, RunStatus
from app.engine.values import Json
from app.model import storable
from app.runs.models import Run

MAX_ANSWER_BYTES = 64 * 1024
MAX_ANSWER_NAMES = 30
MAX_NAME_CHARS = 60
ANSWER = "Answer"  # what the column of an answer without names is called
LOST = "The run of this row is not kept any more, so nobody knows how it ended."
_CANCELLED = "The run was cancelled."
_FINAL = [status for status in RunStatus if status.is_final]


def run_ended(session: Session, *, run_id: uuid.UUID, answer: Json) -> None:
    """Keep the whole answer of a row; called in the transaction that ends its run.

    The row of a run keeps a shortened copy only. `answer` has no secrets in it.
    """
    if len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")) > MAX_ANSWER_BYTES:
        return
    session.execute(
        update(BatchRow)
        .where(BatchRow.run_id == run_id)
        .values(answer=storable(answer))
        .execution_options(synchronize_session=False)
    )


def any_ended(session: Session, batch: Batch) -> bool:
    """Whether there is something to take in."""
    return batch.open_rows > 0 and session.execute(_ended(batch).limit(1)).first() is not None


def take_in(session: Session, batch: Batch) -> Why | None:
    """Settle the rows whose runs have ended, and say what keeps the batch from going on."""
    why: Why | None = None
    names = list(batch.answer_names)
    found: Sequence[tuple[BatchRow, Run | None]] = session.execute(_ended(batch)).all()
    for row, run in found:
        batch.open_rows -= 1
        batch.settled += 1
        if run is None or run.status is RunStatus.CANCELLED:
            row.status, row.sentence = RowStatus.CANCELLED, _CANCELLED if run else LOST
            batch.cancelled += 1
        else:
            why = _settle(batch, row, run, names) or why
        if run is not None:
            row.cost = run.cost
            row.took_ms = None if run.seconds is None else round(run.seconds * 1000)
            batch.cost += run.cost
            batch.tokens += run.tokens
            batch.unpriced += run.unpriced
    batch.answer_names = names
    return why


def cells_of(answer: Json) -> dict[str, Json]:
    """An answer by the names of its columns."""
    if answer is None:
        return {}
    if isinstance(answer, dict) and not is_file(answer):
        return {str(name)[:MAX_NAME_CHARS]: value for name, value in answer.items()}
    return {ANSWER: answer}


def _settle(batch: Batch, row: BatchRow, run: Run, names: list[str]) -> Why | None:
    if run.status is RunStatus.SUCCESS:
        row.status, row.sentence = RowStatus.DONE, ""
        if row.answer is None:
            row.answer = run.answer
        batch.done += 1
        batch.failed_in_row = 0
        new = [name for name in cells_of(row.answer) if name not in names]
        names += new[: MAX_ANSWER_NAMES - len(names)]
        return None
    row.status, row.answer = RowStatus.FAILED, None
    row.sentence = run.error_message or "The run failed."
    batch.failed += 1
    batch.failed_in_row += 1
    if run.reason == Reason.BUDGET:
        return Why.BUDGET
    return Why.FAILURES if batch.failed_in_row >= batch.stop_after else None


def _ended(batch: Batch) -> Select[BatchRow, Run]:
    """The open rows whose runs have ended, in the order in which they did."""
    return (
        select(BatchRow, Run)
        .outerjoin(Run, (Run.workspace_id == BatchRow.workspace_id) & (Run.id == BatchRow.run_id))
        .where(
            BatchRow.workspace_id == batch.workspace_id,
            BatchRow.batch_id == batch.id,
            BatchRow.status == RowStatus.RUNNING,
            or_(Run.id.is_(None), Run.status.in_(_FINAL)),
        )
        .order_by(Run.finished_at, BatchRow.number)
        .execution_options(populate_existing=True)
    )
