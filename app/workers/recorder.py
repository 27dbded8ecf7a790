"""Writes down what a run does, late where that is safe and at once where it is not.

Each flush is one transaction that first renews the lease under this claim's number. If that
changes no row, another worker owns the run: nothing is written and the run loop ends.
"""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import database
from app.engine.record import Cancelled, ClaimLost, LogLevel, StepRecord
from app.engine.states import RunStatus
from app.engine.values import Json
from app.lib import clock
from app.runs.models import RunLog, RunNode, RunState
from app.runs.people_copy import people_copy
from app.workers import rows
from app.workers.claims import LEASE
from app.workers.desk import Desk
from app.workers.fence import pass_fence
from app.workers.run_log import RunLog as LogLines
from app.workers.signals import GivenBack, LiveRun
from app.workers.storage import patiently
from app.workers.summary import summary
from app.workers.work_order import WorkOrder

FLUSH_AFTER_S = 0.1
MAX_SUMMARY_CHARS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended for good, in words for people where there are words."""

    status: RunStatus
    reason: str | None = None
    error: str | None = None
    failed_step_id: str | None = None
    answer: Json = None


class RunRecorder:
    """The engine's recorder for one claimed run; used by the thread that drives the run."""

    def __init__(self, desk: Desk, order: WorkOrder, live: LiveRun) -> None:
        self._desk = desk
        self._order = order
        self._live = live
        self._claim = live.claim
        self._lines = LogLines(live.claim, order.redactor, written=order.log_lines)
        self._unwritten: dict[tuple[str, str], StepRecord] = {}
        self._since: float | None = None
        self._under_way: set[tuple[str, str]] = set()
        self._done = {key for key, one in order.history.items() if one.status.is_final}
        # What people are told of the run so far is made from the copies they may see.
        self._shown = dict(order.shown)
        self._told_cancelled = False

    def started(self, record: StepRecord, *, durable: bool) -> None:
        """A try begins; nothing begins while this worker is stopping."""
        self._stop_if_told(before_step=True)
        self._under_way.add(_key(record))
        self._note(record)
        if durable:
            self.flush()

    def ended(self, record: StepRecord, *, durable: bool) -> None:
        """A step has its final status."""
        self._under_way.discard(_key(record))
        self._done.add(_key(record))
        self._note(record)
        if durable or self._is_due:
            self.flush()

    def log(self, level: LogLevel, text: str, *, step_id: str | None, iteration: str) -> None:
        """One line for the run's log."""
        text = f"{text} (item {iteration})" if iteration else text
        self._lines.write(level, text, step_id=step_id)
        self._since = self._since or time.monotonic()

    def tick(self) -> None:
        """Notice what others want of this run, and write what has waited long enough."""
        self._stop_if_told(before_step=False)
        if self._is_due:
            self.flush()

    def flush(self) -> None:
        """Store everything so far; the run goes on. Raises ClaimLost."""
        self._write(
            lambda session: self._fenced(
                session, lease_until=clock.now() + LEASE, summary=self._summary(RunStatus.RUNNING)
            )
        )

    def give_back(self) -> None:
        """Store everything so far and let any other worker go on at once. Raises ClaimLost."""
        self._write(
            lambda session: self._fenced(
                session, lease_until=clock.now(), owner=None, released=True
            )
        )

    def wait(self, ending: Ending) -> None:
        """Store everything; the run goes on when somebody has answered. Raises ClaimLost."""
        error = self._clean(ending.error)
        self._write(
            lambda session: self._fenced(
                session,
                status=RunStatus.WAITING,
                reason=ending.reason,
                error_message=error,
                summary=error or "",
                failed_node_id=ending.failed_step_id,
                lease_until=None,
                owner=None,
                released=True,
            )
        )

    def end(self, ending: Ending) -> None:
        """Store everything and the end of the run; its exact values are deleted."""
        answer = people_copy(ending.answer, self._order.redactor)
        error = self._clean(ending.error)

        def fence_and_end(session: Session) -> int:
            return self._fenced(
                session,
                status=ending.status,
                reason=ending.reason,
                error_message=error,
                failed_node_id=ending.failed_step_id,
                answer=answer,
                summary=error or self._summary(ending.status),
                finished_at=clock.now(),
                lease_until=None,
                owner=None,
            )

        self._write(fence_and_end, is_end=True)

    def _clean(self, sentence: str | None) -> str | None:
        return None if sentence is None else self._order.redactor.text(sentence)

    def _summary(self, status: RunStatus) -> str:
        """The run in a sentence, for lists: what it does now, or what it did."""
        told = summary(self._order.plan.graph, self._shown.values(), status)
        return told[:MAX_SUMMARY_CHARS]

    def _stop_if_told(self, *, before_step: bool) -> None:
        live = self._live
        if live.is_lost:
            raise ClaimLost
        if live.is_cancelled and not self._told_cancelled:
            self._told_cancelled = True
            raise Cancelled
        leaves = live.among.is_leaving and (before_step or not self._under_way)
        if leaves or live.among.is_leaving_now:
            raise GivenBack

    def _note(self, record: StepRecord) -> None:
        self._unwritten[_key(record)] = record
        self._since = self._since or time.monotonic()

    @property
    def _is_due(self) -> bool:
        return self._since is not None and time.monotonic() - self._since >= FLUSH_AFTER_S

    def _fenced(self, session: Session, **changes: Any) -> int:
        """Change the run under this claim's number; the run's new seq. Raises ClaimLost."""
        passed = pass_fence(session, self._claim, steps_done=len(self._done), **changes)
        if passed is None:
            self._live.is_lost = True
            raise ClaimLost
        seq, is_cancelled = passed
        self._live.is_cancelled = self._live.is_cancelled or is_cancelled
        return seq

    def _write(self, fence: Any, *, is_end: bool = False) -> None:
        records = list(self._unwritten.values())
        shown = [rows.shown(record, self._order.redactor) for record in records]
        self._shown.update((_key(record), record) for record in shown)
        nodes = [rows.node_row(self._claim, record) for record in shown]
        lines = self._lines.rows()
        # A run that begins and ends between two flushes never needs its exact values again.
        states = [] if is_end else rows.state_rows(self._order, records)

        def store(session: Session) -> int:
            with database.writing(session):
                seq = int(fence(session))
                rows.upsert(session, RunNode, nodes)
                rows.insert_new(session, RunLog, lines)
                rows.upsert(session, RunState, states)
                if is_end:
                    session.execute(delete(RunState).where(RunState.run_id == self._claim.run_id))
                return seq

        with self._desk.turn_to_write, self._desk.sessions() as session:
            seq = patiently(lambda: store(session), give_up_after_s=LEASE.total_seconds())
        self._unwritten.clear()
        self._lines.stored()
        self._since = None
        mark = f"{self._claim.number}.{seq}"
        self._desk.live_keys.put_one(self._claim.workspace_id, self._claim.run_id, mark)


def _key(record: StepRecord) -> tuple[str, str]:
    return record.step_id, record.iteration
