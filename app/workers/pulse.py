"""The heartbeat of a worker process: holds its leases and hears of cancellations.

It runs in a thread of its own, so that a step that waits for a slow service loses nothing.
"""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import database
from app.runs.models import Run
from app.workers import claims
from app.workers.clock_watch import JUMP_S, clock_offset_s
from app.workers.desk import Desk
from app.workers.signals import LiveRun, LiveRuns

LISTEN_EVERY_S = 1.0
RENEW_EVERY_S = 10.0

log = logging.getLogger(__name__)


class Pulse:
    """Starts with `with`; stops when the block ends."""

    def __init__(self, desk: Desk, live: LiveRuns, *, also: Callable[[], None]) -> None:
        """`also` is called at every beat, in the pulse's thread."""
        self._desk = desk
        self._live = live
        self._also = also
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
        self._renewed = time.monotonic()
        self._offset_s = clock_offset_s()

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(LISTEN_EVERY_S):
            try:
                self._also()
                self._look_after(self._live.all())
            except SQLAlchemyError as error:
                log.warning("the pulse misses a beat: %s", error)

    def _look_after(self, runs: list[LiveRun]) -> None:
        if self._clock_jumped() and runs:
            # Our leases look lapsed, or far too long; hold on to them before somebody else looks.
            with self._desk.sessions() as session:
                self._renew(session, runs)
        old = [run for run in runs if time.monotonic() - run.began >= LISTEN_EVERY_S]
        if not old:
            return
        with self._desk.sessions() as session:
            self._hear(session, old)
            if time.monotonic() - self._renewed >= RENEW_EVERY_S:
                self._renew(session, old)

    def _clock_jumped(self) -> bool:
        before, self._offset_s = self._offset_s, clock_offset_s()
        return abs(self._offset_s - before) > JUMP_S

    def _hear(self, session: Session, runs: list[LiveRun]) -> None:
        """Learn who was cancelled, and what belongs to somebody else by now."""
        rows = session.execute(
            select(Run.id, Run.claim, Run.cancel_requested).where(
                Run.id.in_([run.claim.run_id for run in runs])
            )
        )
        known = {row.id: row for row in rows}
        for run in runs:
            row = known.get(run.claim.run_id)
            if row is None or row.claim != run.claim.number:
                run.is_lost = True
            elif row.cancel_requested is not None:
                run.is_cancelled = True

    def _renew(self, session: Session, runs: list[LiveRun]) -> None:
        mine = [run for run in runs if not run.is_lost]
        with database.writing(session):
            kept = claims.extend(
                session, [run.claim.run_id for run in mine], owner=self._desk.owner
            )
        for run in mine:
            run.is_lost = run.is_lost or run.claim.run_id not in kept
        self._renewed = time.monotonic()
