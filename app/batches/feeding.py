"""Rows become runs, a slice at a time: as many as may be open at once, oldest row first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.batches import matching as matchings
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.engine.states import TriggerType
from app.runs import starting
from app.runs.models import Lane
from app.runs.starting import Start
from app.vault.keys import Keyring

AT_ONCE = 25  # rows of one transaction, so that others get their turn to write


def may_feed(session: Session, batch: Batch) -> bool:
    """Whether a round would begin rows, or end the batch."""
    if batch.status is not BatchStatus.RUNNING:
        return False
    return not batch.open_rows or (batch.open_rows < batch.parallel and batch.waiting > 0)


def any_to_begin(session: Session, batch: Batch) -> bool:
    """Whether a row is left of those that are to run now."""
    return bool(_next_rows(session, batch, 1))


def feed(session: Session, keyring: Keyring, batch: Batch) -> int:
    """Begin rows until as many are open as may be; how many began. Call inside `writing()`."""
    room = min(batch.parallel - batch.open_rows, AT_ONCE)
    rows = _next_rows(session, batch, room) if room > 0 else []
    if not rows:
        return 0
    asked = matchings.asked_by(batch.version.flow_graph.graph)
    zone = matchings.zone_of(session, batch.workspace_id)
    begun = 0
    for row in rows:
        given = matchings.given_by(asked, batch.matching, row.cells, zone)
        if given.problems:  # the newest version may ask for something else
            row.status, row.sentence = RowStatus.LEFT_OUT, " ".join(given.problems)
            batch.left_out += 1
            continue
        row.attempt += 1
        run = starting.start(
            session,
            keyring,
            agent=batch.agent,
            version=batch.version,
            begin=_start(batch, row, batch.runner, given),
        )
        row.status, row.run_id = RowStatus.RUNNING, run.id
        batch.open_rows += 1
        begun += 1
    return begun


def _start(batch: Batch, row: BatchRow, by: User, given: matchings.Given) -> Start:
    return Start(
        payload=dict(given.payload),
        trigger_type=TriggerType.MANUAL,
        trigger_words=f"Row {row.number:,} of {batch.name}",
        by=by,
        mode=batch.mode,
        lane=Lane.LOW,
        idempotency_key=f"batch:{batch.id.hex}:{row.number}:{row.attempt}",
    )


def _next_rows(session: Session, batch: Batch, most: int) -> Sequence[BatchRow]:
    """The first rows that wait, in their order."""
    found = [
        *_first(session, batch, BatchRow.status == RowStatus.AGAIN, most),
        *_first(session, batch, _is_next(batch), most),
    ]
    return sorted(found, key=lambda row: row.number)[:most]


def _first(
    session: Session, batch: Batch, which: ColumnElement[bool], most: int
) -> Sequence[BatchRow]:
    # Each state by itself: of two at once no index gives the first ones in the order of the rows.
    return session.scalars(
        select(BatchRow)
        .where(BatchRow.workspace_id == batch.workspace_id, BatchRow.batch_id == batch.id, which)
        .order_by(BatchRow.number)
        .limit(most)
    ).all()


def _is_next(batch: Batch) -> ColumnElement[bool]:
    waits = BatchRow.status == RowStatus.WAITING
    return waits if batch.until is None else and_(waits, BatchRow.number <= batch.until)
