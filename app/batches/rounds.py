"""Goes round the batches at work: takes in what has ended, begins rows in the place of them.

Those that are to be read first are handed to the thread that does it.

One short transaction for a round of a batch: a run and the row it works on are committed
together, so a process that dies in between leaves nothing half done and no row runs twice.
"""

import logging
import time
import uuid
from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.batches import ending, feeding, letters, standing
from app.batches.holding import find_locked
from app.batches.models import IS_LIVE, PREPARING, Batch, BatchStatus, Why
from app.batches.preparing import Preparer
from app.handovers.tools import Tools
from app.lib import clock
from app.vault.keys import Keyring

EVERY_S = 0.1  # while a batch is at work
IDLE_S = 1.0  # while none is

log = logging.getLogger(__name__)


class Rounds:
    """One for the process that keeps the timetable."""

    def __init__(self) -> None:
        self._not_before = 0.0
        self._preparer = Preparer()

    def go(self, tools: Tools, keyring: Keyring) -> bool:
        """One round of every batch that has something to do; True: ring for runs in lane low."""
        if time.monotonic() < self._not_before:
            return False
        with tools.sessions() as session:
            live = _live(session)
        if not live:
            self._not_before = time.monotonic() + IDLE_S
        begun = 0
        for batch_id, workspace_id, status in live:
            if status in PREPARING:
                self._preparer.take(tools, workspace_id, batch_id)
                continue
            try:
                begun += _round(tools, keyring, workspace_id, batch_id)
            except Exception:
                # One batch that is in trouble must not keep the others from going on.
                log.exception("the batch %s could not go on", batch_id)
                self._not_before = time.monotonic() + IDLE_S
        return begun > 0


def advance(
    session: Session, keyring: Keyring, workspace_id: uuid.UUID, batch_id: uuid.UUID
) -> int:
    """Do what is to be done for one batch; how many rows began. Call inside `writing()`."""
    batch = find_locked(session, workspace_id, batch_id)
    if batch is None or not batch.is_live:
        return 0
    why = ending.take_in(session, batch)
    begun = 0
    if batch.status is BatchStatus.RUNNING:
        why = why or standing.trouble(session, batch)
        if why is None:
            begun = feeding.feed(session, keyring, batch)
        elif batch.waiting:
            _rest(session, batch, why)
    if batch.status is BatchStatus.RUNNING and not batch.open_rows:
        _end_or_rest(session, batch)
    batch.seq += 1
    session.flush()
    return begun


def _round(tools: Tools, keyring: Keyring, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> int:
    with tools.sessions() as session:
        batch = session.get_one(Batch, batch_id)
        if not (ending.any_ended(session, batch) or feeding.may_feed(session, batch)):
            return 0
        with tools.writing(session):
            return advance(session, keyring, workspace_id, batch_id)


def _live(session: Session) -> Sequence[Row[uuid.UUID, uuid.UUID, BatchStatus]]:
    return session.execute(
        select(Batch.id, Batch.workspace_id, Batch.status).where(IS_LIVE).order_by(Batch.id)
    ).all()


def _end_or_rest(session: Session, batch: Batch) -> None:
    """Nothing is under way: all is done, or all that was wanted for now."""
    if not batch.waiting:
        batch.status, batch.finished_at = BatchStatus.DONE, clock.now()
        letters.told(session, batch)
    elif batch.until is not None and not feeding.any_to_begin(session, batch):
        batch.status = BatchStatus.PAUSED
        batch.why = Why.TRIED if batch.until else Why.PERSON


def _rest(session: Session, batch: Batch, why: Why) -> None:
    """Pause or stop by itself, and tell the person who runs it."""
    batch.status, batch.why = standing.status_for(why), why
    if batch.status is BatchStatus.STOPPED:
        batch.finished_at = clock.now()
    letters.told(session, batch)
