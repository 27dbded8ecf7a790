"""Whatever happens to runs in whatever order: one end each, and one owner at a time."""

import shutil
import tempfile
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from app import database
from app.agents import creation, drafts
from app.engine.record import ClaimLost
from app.engine.states import RunStatus, TriggerType
from app.lib import clock
from app.runs import starting, stopping
from app.runs.models import Run, RunState
from app.runs.starting import Start
from app.settings import Settings
from app.workers import claims, work_order
from app.workers.choosing import Room
from app.workers.recorder import Ending, RunRecorder
from app.workers.signals import LiveRuns
from app.workers.worker import _Worker
from tests import databases
from tests.cast import assemble
from tests.runs.flows import greeting

PICK = st.integers(min_value=0, max_value=99)
ENDS = st.sampled_from([RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED])


@dataclass
class Known:
    """What must be true of one run."""

    status: RunStatus = RunStatus.PENDING
    claim: int = 0
    is_free: bool = True


@dataclass
class Hand:
    """A worker's hold on a run, which may long be lost."""

    run_id: uuid.UUID
    number: int
    recorder: RunRecorder


class Runs(RuleBasedStateMachine):
    """Runs of one agent, worked on by workers that may be cut off at any moment."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ll-order-"))
        url = databases.copy_sqlite(self.template, self.folder)
        self.worker = _Worker(
            Settings(data_dir=self.folder, assets_dir=self.folder, database_url=url)
        )
        self.session = self.worker.desk.sessions()
        self.cast = assemble(self.session)
        with database.writing(self.session):
            self.agent = creation.create(
                self.session, self.cast.harbour, by=self.cast.ben, name="G", graph=greeting()
            )
        self.known: dict[uuid.UUID, Known] = {}
        self.hands: list[Hand] = []

    def teardown(self) -> None:
        self.session.close()
        self.worker.engine.dispose()
        shutil.rmtree(self.folder)

    @rule()
    def start(self) -> None:
        begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, by=self.cast.ben)
        with database.writing(self.session):
            version = drafts.draft_of(self.session, self.agent)
            keyring = self.worker.desk.keyring
            run = starting.start(
                self.session, keyring, agent=self.agent, version=version, begin=begin
            )
        self.known[run.id] = Known()

    @rule(most=st.integers(min_value=1, max_value=3))
    def claim(self, most: int) -> None:
        with database.writing(self.session):
            taken, _ = claims.take(self.session, owner="us", room=Room(chat=most, other=most))
        free = [run_id for run_id, known in self.known.items() if known.is_free]
        assert len(taken) == min(most, len(free))
        live = LiveRuns()
        for order in work_order.load(self.session, self.worker.desk, taken):
            known = self.known[order.claim.run_id]
            assert known.is_free
            assert order.claim.number == known.claim + 1
            known.status, known.claim, known.is_free = RunStatus.RUNNING, known.claim + 1, False
            recorder = RunRecorder(self.worker.desk, order, live.add(order.claim))
            self.hands.append(Hand(order.claim.run_id, order.claim.number, recorder))

    @precondition(lambda self: self.known)
    @rule(pick=PICK)
    def let_lease_run_out(self, pick: int) -> None:
        run_id = list(self.known)[pick % len(self.known)]
        long_ago = clock.now() - timedelta(days=1)
        with database.writing(self.session):
            self.session.execute(update(Run).where(Run.id == run_id).values(lease_until=long_ago))
        known = self.known[run_id]
        known.is_free = known.is_free or known.status is RunStatus.RUNNING

    @precondition(lambda self: self.hands)
    @rule(pick=PICK)
    def flush(self, pick: int) -> None:
        hand = self.hands[pick % len(self.hands)]
        hand.recorder.log("info", "still here", step_id=None, iteration="")
        if self._holds(hand):
            hand.recorder.flush()
            self.known[hand.run_id].is_free = False
        else:
            with pytest.raises(ClaimLost):
                hand.recorder.flush()

    @precondition(lambda self: self.hands)
    @rule(pick=PICK)
    def give_back(self, pick: int) -> None:
        hand = self.hands[pick % len(self.hands)]
        if self._holds(hand):
            hand.recorder.give_back()
            self.known[hand.run_id].is_free = True
        else:
            with pytest.raises(ClaimLost):
                hand.recorder.give_back()

    @precondition(lambda self: self.hands)
    @rule(pick=PICK, status=ENDS)
    def end(self, pick: int, status: RunStatus) -> None:
        hand = self.hands[pick % len(self.hands)]
        if self._holds(hand):
            hand.recorder.end(Ending(status=status))
            known = self.known[hand.run_id]
            known.status, known.is_free = status, False
        else:
            with pytest.raises(ClaimLost):
                hand.recorder.end(Ending(status=status))

    @precondition(lambda self: self.known)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        run_id = list(self.known)[pick % len(self.known)]
        known = self.known[run_id]
        with database.writing(self.session):
            run = self.session.get_one(Run, run_id)
            was_asked = stopping.cancel(self.session, run, by=self.cast.olga)
        assert was_asked is not known.status.is_final
        if known.status is RunStatus.PENDING:
            known.status, known.is_free = RunStatus.CANCELLED, False

    @invariant()
    def the_database_agrees(self) -> None:
        self.session.rollback()
        rows = {row.id: row for row in self.session.execute(select(Run.id, Run.status, Run.claim))}
        assert {run_id: (row.status, row.claim) for run_id, row in rows.items()} == {
            run_id: (known.status, known.claim) for run_id, known in self.known.items()
        }
        kept = set(self.session.scalars(select(RunState.run_id)))
        assert kept == {run_id for run_id, one in self.known.items() if not one.status.is_final}

    def _holds(self, hand: Hand) -> bool:
        known = self.known[hand.run_id]
        return known.claim == hand.number and known.status is RunStatus.RUNNING


def test_any_order(sqlite_template: Path) -> None:
    Runs.template = sqlite_template
    run_state_machine_as_test(
        Runs,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
