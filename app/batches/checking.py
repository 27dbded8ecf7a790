"""Looking through the rows of a batch: which of them fit what they were matched to.

A portion to a transaction, from the first row on; doing it twice changes nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.batches import matching as matchings
from app.batches.holding import Cut, Turn, held_by
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.lib import ids

PORTION = 1_000
Writing = Callable[[], AbstractContextManager[Session]]
Mark = dict[str, Any]


def ask(batch: Batch, *, then: dict[str, Any] | None = None) -> Turn:
    """Let its rows be looked through, and then begin; returns the turn to do it."""
    token = str(ids.new_id())
    batch.status, batch.taken, batch.share = BatchStatus.CHECKING, 0, 0
    batch.wish = {"token": token, **({"then": then} if then else {})}
    batch.seq += 1
    return Turn(batch.workspace_id, batch.id, token)


def look_through(session: Session, writing: Writing, batch: Batch, turn: Turn) -> bool:
    """Mark every row that does not fit, and no other; False when another one does it.

    `writing` opens a transaction of this session.
    """
    asked = matchings.asked_by(batch.version.flow_graph.graph)
    zone, matching = matchings.zone_of(session, turn.workspace_id), dict(batch.matching)
    number, is_through = 0, False
    try:
        while not is_through:
            rows = _rows(session, turn, number)
            marks = [mark for row in rows if (mark := _mark(row, asked, matching, zone))]
            number = rows[-1].number if rows else number
            is_through = len(rows) < PORTION
            with writing() as open_session:
                held = held_by(open_session, turn)
                if marks:
                    open_session.execute(update(BatchRow), marks)
                _went_on(held, number)
                if is_through:
                    _through(open_session, held)
    except Cut:
        return False
    return True


def _rows(session: Session, turn: Turn, number: int) -> Sequence[Any]:
    query = select(
        BatchRow.batch_id, BatchRow.number, BatchRow.cells, BatchRow.status, BatchRow.sentence
    ).where(
        BatchRow.workspace_id == turn.workspace_id,
        BatchRow.batch_id == turn.batch_id,
        BatchRow.number > number,
    )
    return session.execute(query.order_by(BatchRow.number).limit(PORTION)).all()


def _mark(row: Any, asked: Any, matching: matchings.Matching, zone: Any) -> Mark | None:
    """How the row is to be changed, if it is."""
    problems = matchings.given_by(asked, matching, row.cells, zone).problems
    status = RowStatus.LEFT_OUT if problems else RowStatus.WAITING
    sentence = " ".join(problems)
    if (status, sentence) == (row.status, row.sentence):
        return None
    return {
        "batch_id": row.batch_id,
        "number": row.number,
        "status": status,
        "sentence": sentence,
    }


def _went_on(batch: Batch, number: int) -> None:
    batch.taken = number
    batch.share = 100 * number // max(batch.total, 1)
    batch.seq += 1


def _through(session: Session, batch: Batch) -> None:
    batch.left_out = session.scalars(
        select(func.count()).where(
            BatchRow.workspace_id == batch.workspace_id,
            BatchRow.batch_id == batch.id,
            BatchRow.status == RowStatus.LEFT_OUT,
        )
    ).one()
    then = (batch.wish or {}).get("then")
    batch.status, batch.wish = BatchStatus.SETTING_UP, {"then": then} if then else None
