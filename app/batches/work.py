"""What people do with a batch: begin, pause, go on, stop, run rows again, delete."""

import uuid

from sqlalchemy import ColumnElement, and_, delete, func, select, true, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import making, ports, reading, standing
from app.batches import matching as matchings
from app.batches.models import ENDED, NOT_BEGUN, Batch, BatchRow, BatchStatus, RowStatus, Why
from app.batches.recording import record
from app.batches.refused import BatchRefused
from app.batches.sentences import sentence
from app.engine.states import RunMode
from app.engine.words import listed
from app.lib import clock
from app.runs import stopping
from app.runs.models import Run
from app.runs.starting import identity

FIRST_ROWS = 3
_OVER = (BatchStatus.DONE, BatchStatus.STOPPED)


def begin(session: Session, batch: Batch, *, by: User, mode: RunMode, first: int = 0) -> None:
    """Let the rows run, or the `first` few that fit; call inside `writing()`.

    Also after a rehearsal: then all rows begin anew. Raises BatchRefused.
    """
    batch = making.locked(session, batch)
    if batch.status is not BatchStatus.SETTING_UP:
        if not batch.is_rehearsal or batch.status is BatchStatus.RUNNING:
            raise BatchRefused(making.BEGUN)
        _all_anew(session, batch)
    missing = matchings.lacks(matchings.asked_by(batch.version.flow_graph.graph), batch.matching)
    if missing:
        names = listed([f"“{one}”" for one in missing])
        raise BatchRefused(f"Say where {names} comes from first: a column, or one text for all.")
    if not batch.ready:
        raise BatchRefused("No row fits what the agent asks for, so there is nothing to run.")
    batch.mode, batch.run_by = mode, identity(by)
    batch.until = _number_of(session, batch, first) if first else None
    _run(session, batch)
    record(
        session,
        "batch_rehearsed" if mode is RunMode.REHEARSAL else "batch_started",
        batch,
        by=by,
        rows=first or batch.ready,
    )


def pause(session: Session, batch: Batch, *, by: User) -> None:
    """Begin with no further row; those under way end. Call inside `writing()`."""
    batch = making.locked(session, batch)
    if batch.status is BatchStatus.RUNNING:
        batch.status, batch.why = BatchStatus.PAUSED, Why.PERSON
        batch.seq += 1
        record(session, "batch_paused", batch, by=by, left=batch.waiting)


def go_on(session: Session, batch: Batch, *, by: User, newest: bool = False) -> None:
    """Go on with the rows that are left; `newest`: with the version that is active now.

    Call inside `writing()`. Raises BatchRefused.
    """
    batch = making.locked(session, batch)
    if batch.status is not BatchStatus.PAUSED:
        return
    _take_newest(batch, newest=newest)
    batch.run_by, batch.until = identity(by), None
    _run(session, batch)
    record(session, "batch_resumed", batch, by=by, left=batch.waiting)


def stop(session: Session, batch: Batch, *, by: User) -> None:
    """End it for good: runs under way are cancelled. Call inside `writing()`."""
    batch = making.locked(session, batch)
    if batch.status in (*_OVER, *NOT_BEGUN):
        return
    batch.status, batch.why, batch.finished_at = BatchStatus.STOPPED, Why.PERSON, clock.now()
    batch.seq += 1
    for run in _open_runs(session, batch):
        stopping.cancel(session, run, by=by)
    record(session, "batch_stopped", batch, by=by, left=batch.waiting)


def retry(
    session: Session,
    batch: Batch,
    *,
    by: User,
    number: int | None = None,
    newest: bool = False,
) -> int:
    """Run the rows that failed once more, or one row; how many. Call inside `writing()`.

    `newest`: from now on with the version that is active now. Raises BatchRefused.
    """
    batch = making.locked(session, batch)
    which: ColumnElement[bool] = BatchRow.status == RowStatus.FAILED
    if number is not None:
        which = and_(BatchRow.number == number, BatchRow.status.in_(ENDED))
    if batch.status in NOT_BEGUN:
        return 0
    others = batch.waiting
    rows = _reset(session, batch, which, to=RowStatus.AGAIN)
    if rows:
        if batch.status is not BatchStatus.RUNNING:
            batch.until = 0 if others else None  # those that wait go on waiting
        batch.run_by = identity(by)
        _take_newest(batch, newest=newest)
        _run(session, batch)
        record(session, "batch_rows_retried", batch, by=by, rows=rows)
    return rows


def set_up_again(session: Session, batch: Batch) -> None:
    """Back to matching columns, after a rehearsal. Call inside `writing()`. Raises BatchRefused."""
    batch = making.locked(session, batch)
    if not batch.is_rehearsal or batch.is_live:
        raise BatchRefused(making.BEGUN)
    _all_anew(session, batch)
    batch.status, batch.why, batch.mode = BatchStatus.SETTING_UP, None, RunMode.LIVE


def remove(session: Session, batch: Batch, *, by: User) -> None:
    """Delete the batch and its results; its runs stay. Call inside `writing()`.

    Raises BatchRefused.
    """
    batch = making.locked(session, batch)
    if batch.is_live:
        raise BatchRefused("This batch is still at work. Stop it first, then delete it.")
    ports.let_go(session, batch)
    if batch.status not in NOT_BEGUN:
        record(session, "batch_deleted", batch, by=by, rows=batch.total)
    reading.forget_file(session, batch)
    session.execute(delete(Batch).where(Batch.id == batch.id))


def _take_newest(batch: Batch, *, newest: bool) -> None:
    if newest and batch.agent.active_version_id is not None:
        batch.agent_version_id = batch.agent.active_version_id


def _run(session: Session, batch: Batch) -> None:
    """From now on the workers feed it; refused while something is in the way."""
    session.flush()
    why = standing.trouble(session, batch)
    if why is not None:
        batch.why, batch.status = why, BatchStatus.PAUSED
        session.refresh(batch, ["runner"])
        raise BatchRefused(sentence(batch))
    now = clock.now()
    batch.status, batch.why = BatchStatus.RUNNING, None
    batch.failed_in_row = batch.settled = 0
    batch.started_at, batch.resumed_at = batch.started_at or now, now
    batch.finished_at = None
    batch.seq += 1


def _all_anew(session: Session, batch: Batch) -> None:
    """As if no row had run: what was only rehearsed."""
    if batch.open_rows:
        raise BatchRefused("Rows of the rehearsal are still under way. Try again in a moment.")
    ports.let_go(session, batch)
    _reset(session, batch, true(), to=RowStatus.WAITING)
    batch.answer_names, batch.started_at = [], None
    batch.cost = batch.tokens = batch.unpriced = 0


def _reset(session: Session, batch: Batch, which: ColumnElement[bool], *, to: RowStatus) -> int:
    """Let rows that have ended wait once more; how many."""
    here = (BatchRow.workspace_id == batch.workspace_id, BatchRow.batch_id == batch.id)
    counted = select(BatchRow.status, func.count()).where(*here, which, BatchRow.status.in_(ENDED))
    rows = dict(session.execute(counted.group_by(BatchRow.status)).all())
    session.execute(
        update(BatchRow)
        .where(*here, which, BatchRow.status.in_(ENDED))
        .values(status=to, run_id=None, answer=None, sentence="", took_ms=None)
        .execution_options(synchronize_session=False)
    )
    batch.done -= rows.get(RowStatus.DONE, 0)
    batch.failed -= rows.get(RowStatus.FAILED, 0)
    batch.cancelled -= rows.get(RowStatus.CANCELLED, 0)
    batch.seq += 1
    return sum(rows.values())


def _number_of(session: Session, batch: Batch, first: int) -> int:
    """The number of the last of the first few rows that fit."""
    fits = (
        select(BatchRow.number)
        .where(
            BatchRow.workspace_id == batch.workspace_id,
            BatchRow.batch_id == batch.id,
            BatchRow.status == RowStatus.WAITING,
        )
        .order_by(BatchRow.number)
        .limit(first)
    )
    return max(session.scalars(fits), default=0)


def _open_runs(session: Session, batch: Batch) -> list[Run]:
    open_ids: ColumnElement[uuid.UUID | None] = BatchRow.run_id  # type: ignore[assignment]
    of_batch = select(open_ids).where(
        BatchRow.workspace_id == batch.workspace_id,
        BatchRow.batch_id == batch.id,
        BatchRow.status == RowStatus.RUNNING,
    )
    query = select(Run).where(Run.workspace_id == batch.workspace_id, Run.id.in_(of_batch))
    return list(session.scalars(query.order_by(Run.id)))
