"""Writes down what a run does, late where that is safe and at once where it is not.

Each flush is one transaction that first renews the lease under this claim's number. If that
changes no row, another worker owns the run: nothing is written and the run loop ends.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import database
from app.engine.record import Cancelled, ClaimLost, LogLevel, StepRecord
from app.engine.states import Reason, RunStatus
from app.engine.step_type import Pause
from app.engine.values import Json
from app.lib import clock
from app.runs import waits
from app.runs.models import Lane, RunLog, RunNode, RunState
from app.runs.people_copy import people_copy
from app.workers import afterwards, rows
from app.workers.answering import hand_over
from app.workers.claims import LEASE
from app.workers.desk import Desk
from app.workers.fence import pass_fence
from app.workers.run_log import RunLog as LogLines
from app.workers.signals import GivenBack, LiveRun
from app.workers.spending import Spending
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
    wake_at: datetime | None = None


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
        self._pauses: dict[tuple[str, str], Pause] = {}
        self._waiting = set(order.waits)
        self._heard: set[tuple[str, str]] = set()
        ended = (key for key, one in order.history.items() if one.status.is_final)
        self._done = {step for step, path in ended if not path}
        # What people are told so far: the copies they may see; a loop's own record is enough.
        shown = order.shown
        self._shown = {key: record for key, record in shown.items() if not key[1]}
        self._spending = Spending(shown)
        self._told_cancelled = False
        self.to_ring: set[Lane] = set()  # once the run has been left: others can go on now

    def started(self, record: StepRecord, *, durable: bool) -> None:
        """A try begins; nothing begins while this worker is stopping."""
        self._stop_if_told(before_step=True)
        key = _key(record)
        self._under_way.add(key)
        self._note(key, record)
        if durable:
            self.flush()

    def ended(self, record: StepRecord, *, durable: bool) -> None:
        """A step has its final status."""
        key = _key(record)
        self._under_way.discard(key)
        if not record.iteration:
            self._done.add(record.step_id)
        if key in self._waiting:
            self._heard.add(key)
        self._note(key, record)
        if durable or self._is_due:
            self.flush()

    def paused(self, record: StepRecord, pause: Pause) -> None:
        """A step waits for something outside."""
        key = _key(record)
        self._under_way.discard(key)
        if pause.reason in afterwards.QUESTIONS:
            # What people are asked about holds no secret of the run, however it got there.
            pause = replace(pause, detail=self._order.redactor.known(pause.detail))
        self._pauses[key] = pause
        self._note(key, record)

    def log(self, level: LogLevel, text: str, *, step_id: str | None, iteration: str) -> None:
        """One line for the run's log."""
        text = f"{text} (item {_counted(iteration)})" if iteration else text
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

        def go_on_if_answered(session: Session) -> None:
            if ending.reason == Reason.NEEDS_YOU:
                afterwards.needs_you(session, self._order, error or "")
            # Who was asked to cancel it left that to us while we still worked on it.
            is_wanted = self._live.is_cancelled
            if is_wanted or waits.has_unheard_reply(session, self._claim.run_id):
                waits.wake(session, self._claim.run_id)
                self.to_ring.add(self._claim.lane)

        self._write(
            lambda session: self._fenced(
                session,
                status=RunStatus.WAITING,
                reason=ending.reason,
                error_message=error,
                summary=error or self._summary(RunStatus.WAITING, ending.reason),
                failed_node_id=ending.failed_step_id,
                wake_at=ending.wake_at,
                lease_until=None,
                owner=None,
                released=True,
            ),
            last=go_on_if_answered,
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

        def tell_others(session: Session) -> None:
            self.to_ring |= afterwards.ended(
                session,
                self._desk,
                self._order,
                status=ending.status,
                answer=ending.answer,
                error=error,
            )

        self._write(fence_and_end, last=tell_others, is_end=True)
        hand_over(self._desk, self._order, status=ending.status, answer=ending.answer)

    def _clean(self, sentence: str | None) -> str | None:
        return None if sentence is None else self._order.redactor.text(sentence)

    def _summary(self, status: RunStatus, reason: str | None = None) -> str:
        """The run in a sentence, for lists: what it does now, or what it did."""
        told = summary(self._order.plan.graph, self._shown.values(), status, reason)
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

    def _note(self, key: tuple[str, str], record: StepRecord) -> None:
        self._unwritten[key] = record
        self._spending.note(record)
        self._since = self._since or time.monotonic()

    @property
    def _is_due(self) -> bool:
        return self._since is not None and time.monotonic() - self._since >= FLUSH_AFTER_S

    def _fenced(self, session: Session, **changes: Any) -> int:
        """Change the run under this claim's number; the run's new seq. Raises ClaimLost."""
        changes |= {"steps_done": len(self._done), **self._spending.more}
        passed = pass_fence(session, self._claim, **changes)
        if passed is None:
            self._live.is_lost = True
            raise ClaimLost
        seq, is_cancelled = passed
        self._live.is_cancelled = self._live.is_cancelled or is_cancelled
        return seq

    def _write(
        self,
        fence: Callable[[Session], int],
        *,
        last: Callable[[Session], None] = lambda session: None,
        is_end: bool = False,
    ) -> None:
        records = list(self._unwritten.values())
        nodes = self._node_rows(records)
        lines = self._lines.rows()
        # A run that begins and ends between two flushes never needs its exact values again.
        states = [] if is_end else rows.state_rows(self._order, records)

        def store(session: Session) -> int:
            with database.writing(session):
                seq = fence(session)
                connection = session.connection()
                rows.upsert(connection, RunNode, nodes)
                rows.insert_new(connection, RunLog, lines)
                if is_end:
                    rows.forget_values(connection, self._claim)
                    if self._waiting or self._pauses:
                        waits.forget(session, self._claim.run_id)
                else:
                    rows.upsert(connection, RunState, states)
                    self._store_waits(session)
                last(session)
                return seq

        with self._desk.turn_to_write, self._desk.sessions() as session:
            seq = patiently(lambda: store(session), give_up_after_s=LEASE.total_seconds())
        self._waiting |= set(self._pauses)
        self._pauses.clear()
        self._heard.clear()
        self._unwritten.clear()
        self._lines.stored()
        self._spending.stored()
        self._since = None
        mark = f"{self._claim.number}.{seq}"
        self._desk.live_keys.put_one(self._claim.workspace_id, self._claim.run_id, mark)

    def _node_rows(self, records: Sequence[StepRecord]) -> list[rows.Row]:
        whole = map(self._live.with_so_far, records)
        made = [rows.node_row(self._claim, one, self._order.redactor) for one in whole]
        for record, row in zip(records, made, strict=True):
            if not record.iteration:
                self._shown[_key(record)] = rows.shown(record, row)
        return made

    def _store_waits(self, session: Session) -> None:
        """What steps wait for now, and no more what they have heard."""
        heard = self._heard - set(self._pauses)
        if heard:
            rows.remove_waits(session, self._claim, heard)
        if self._pauses:
            rows.put_waits(session, self._order, self._pauses)
            afterwards.asked(session, self._desk, self._order, self._pauses)


def _counted(iteration: str) -> str:
    """The item as people count, from 1: the path '2.0' is item 3.1."""
    return ".".join(str(int(number) + 1) for number in iteration.split("."))


def _key(record: StepRecord) -> tuple[str, str]:
    return record.step_id, record.iteration
