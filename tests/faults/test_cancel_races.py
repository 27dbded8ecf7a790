"""Starting, claiming, pausing, replying, waking, cancelling and ending, in any order."""

import itertools
import shutil
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
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
from app.agents import drafts
from app.engine.errors import StepFailed
from app.engine.record import Cancelled, ClaimLost
from app.engine.states import Reason, RunStatus, StepStatus, TriggerType
from app.engine.step_type import Pause
from app.lib import clock
from app.runs import starting, stopping, waits
from app.runs.models import Run, RunState, RunWait
from app.runs.starting import Start
from app.settings import Settings
from app.workers import claims, work_order
from app.workers.agent_door import AgentDoor
from app.workers.claims import Room
from app.workers.recorder import Ending, RunRecorder
from app.workers.signals import LiveRuns
from app.workers.worker import _Worker
from tests import databases
from tests.cast import assemble
from tests.faults.hands import Hand, Seen, agent_that_is_on, record
from tests.runs.flows import step

PICK = st.integers(min_value=0, max_value=99)
STEPS = tuple(step(word, "run_agent") for word in ("stepa", "stepb"))
WHICH = st.sampled_from(STEPS)
ENDS = st.sampled_from([RunStatus.SUCCESS, RunStatus.FAILED])
ROUNDS = 30  # far more than the deepest chain of runs needs to end


class Races(RuleBasedStateMachine):
    """Runs that wait for replies, moments and each other, with cancels at any moment."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ll-races-"))
        url = databases.copy_sqlite(self.template, self.folder)
        self.worker = _Worker(
            Settings(data_dir=self.folder, assets_dir=self.folder, database_url=url)
        )
        self.desk = self.worker.desk
        self.session = self.desk.sessions()
        self.cast = assemble(self.session)
        self.agent = agent_that_is_on(self.session, self.cast)
        self.hands: list[Hand] = []
        self.seen: dict[uuid.UUID, Seen] = {}
        self.numbers = itertools.count()

    def teardown(self) -> None:
        try:
            self._everything_ends()
        finally:
            self.session.close()
            self.worker.engine.dispose()
            shutil.rmtree(self.folder)

    @rule()
    def start(self) -> None:
        begin = Start(payload={"name": "Ada"}, trigger_type=TriggerType.MANUAL, by=self.cast.ben)
        with database.writing(self.session):
            version = drafts.draft_of(self.session, self.agent)
            starting.start(
                self.session, self.desk.keyring, agent=self.agent, version=version, begin=begin
            )

    @rule(most=st.integers(min_value=1, max_value=3))
    def claim(self, most: int) -> None:
        with database.writing(self.session):
            taken, _ = claims.take(self.session, owner="us", room=Room(chat=most, other=most))
        live = LiveRuns()
        for order in work_order.load(self.session, self.desk, taken):
            run = live.add(order.claim)
            recorder = RunRecorder(self.desk, order, run)
            hand = Hand(order, run, recorder)
            # As the engine does: what has no answer yet is waited for again.
            for (step_id, _), (pause, reply) in order.waits.items():
                if reply is None and (pause.due is None or pause.due > clock.now()):
                    hand.pauses[step_id] = pause
                else:
                    recorder.ended(record(step_id, StepStatus.SUCCESS), durable=False)
            self.hands.append(hand)

    @precondition(lambda self: self.hands)
    @rule(pick=PICK, its=WHICH, is_due=st.booleans())
    def pause(self, pick: int, its: object, is_due: bool) -> None:
        hand = self._hand(pick)
        due = clock.now() - timedelta(seconds=1) if is_due else None
        pause = Pause(Reason.DELAY if is_due else Reason.REPLY, due, {})
        self._pause(hand, its.id, pause)  # type: ignore[attr-defined]

    @precondition(lambda self: self.hands)
    @rule(pick=PICK, its=WHICH)
    def run_another_agent(self, pick: int, its: object) -> None:
        hand = self._hand(pick)
        door = AgentDoor(self.desk, hand.order, its, "")  # type: ignore[arg-type]
        key = f"{hand.order.claim.run_id}:{its.id}:"  # type: ignore[attr-defined]
        try:
            child = door.start(str(self.agent.id), {"name": "A"}, key=key, waits=True)
        except (StepFailed, Cancelled):
            return
        self._pause(hand, its.id, Pause(Reason.AGENT, child=child))  # type: ignore[attr-defined]

    def _pause(self, hand: Hand, step_id: str, pause: Pause) -> None:
        hand.recorder.paused(record(step_id, StepStatus.WAITING), pause)
        hand.pauses[step_id] = pause

    @precondition(lambda self: self.hands)
    @rule(pick=PICK)
    def go_to_sleep(self, pick: int) -> None:
        """Without a last look at who wants to cancel it: that is the race."""
        hand = self._hand(pick)
        if not hand.pauses:
            return
        dues = [one.due for one in hand.pauses.values() if one.due is not None]
        reason = next(iter(hand.pauses.values())).reason
        wake_at = min(dues) if dues else None
        ending = Ending(status=RunStatus.WAITING, reason=reason, wake_at=wake_at)
        self._try(hand, lambda: hand.recorder.wait(ending))

    @precondition(lambda self: self.hands)
    @rule(pick=PICK)
    def flush(self, pick: int) -> None:
        hand = self._hand(pick)
        self._try(hand, hand.recorder.flush, is_last=False)

    @precondition(lambda self: self.hands)
    @rule(pick=PICK)
    def give_back(self, pick: int) -> None:
        hand = self._hand(pick)
        self._try(hand, hand.recorder.give_back)

    @precondition(lambda self: self.hands)
    @rule(pick=PICK, status=ENDS)
    def end(self, pick: int, status: RunStatus) -> None:
        hand = self._hand(pick)
        self._try(hand, lambda: hand.recorder.end(Ending(status=status)))

    @precondition(lambda self: self.seen)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        run_id = list(self.seen)[pick % len(self.seen)]
        with database.writing(self.session):
            run = self.session.get_one(Run, run_id)
            stopping.cancel(self.session, run, by=self.cast.olga)

    @precondition(lambda self: self.seen)
    @rule(pick=PICK)
    def let_lease_run_out(self, pick: int) -> None:
        run_id = list(self.seen)[pick % len(self.seen)]
        long_ago = clock.now() - timedelta(days=1)
        with database.writing(self.session):
            self.session.execute(update(Run).where(Run.id == run_id).values(lease_until=long_ago))

    @rule()
    def wake_due(self) -> None:
        with database.writing(self.session):
            waits.wake_due(self.session)

    @rule(pick=PICK)
    def reply(self, pick: int) -> None:
        self.session.rollback()
        open_ones = self._open_waits()
        if open_ones:
            self._reply(open_ones[pick % len(open_ones)])

    @invariant()
    def every_change_is_allowed(self) -> None:
        self.session.rollback()
        for run in self.session.scalars(
            select(Run).execution_options(populate_existing=True)
        ).all():
            before = self.seen.get(run.id)
            if before is not None:
                assert run.claim >= before.claim
                if before.status.is_final:
                    now = (run.claim, run.status, run.finished_at)
                    assert now == (before.claim, before.status, before.finished_at)
            assert not (run.status is RunStatus.WAITING and run.cancel_requested)
            self.seen[run.id] = Seen(run.claim, run.status, run.finished_at)
        ended = {run_id for run_id, one in self.seen.items() if one.status.is_final}
        assert not ended & set(self.session.scalars(select(RunWait.run_id)))
        assert not ended & set(self.session.scalars(select(RunState.run_id)))

    @invariant()
    def cancelling_reached_the_runs_below(self) -> None:
        self.session.rollback()
        runs = {run.id: run for run in self.session.scalars(select(Run))}
        for run in runs.values():
            above = runs.get(run.parent_run) if run.parent_run else None
            if above is not None and above.cancel_requested and above.cancelled_by:
                assert run.cancel_requested or run.status.is_final

    def _everything_ends(self) -> None:
        """Whatever happened, workers, replies and the clock bring every run to one end."""
        for _ in range(ROUNDS):
            self.session.rollback()
            for wait in self._open_waits():
                if wait.child_run is None:
                    self._reply(wait)
            self.wake_due()
            for run_id in self.seen:
                self.let_lease_run_out(list(self.seen).index(run_id))
            self.claim(3)
            for hand in self.hands:
                if hand.live.is_cancelled:
                    self._try(
                        hand,
                        lambda h=hand: h.recorder.end(Ending(status=RunStatus.CANCELLED)),
                    )
                elif hand.pauses:
                    self.go_to_sleep(self.hands.index(hand))
                else:
                    self.end(self.hands.index(hand), RunStatus.SUCCESS)
            self.hands.clear()
            self.every_change_is_allowed()
            if all(one.status.is_final for one in self.seen.values()):
                return
        raise AssertionError(f"Some runs never end: {self.seen}")

    def _open_waits(self) -> list[RunWait]:
        return list(
            self.session.scalars(
                select(RunWait).where(RunWait.reply.is_(None), RunWait.due.is_(None))
            )
        )

    def _reply(self, wait: RunWait) -> None:
        if wait.child_run is not None:
            return  # only the run below replies
        place = (wait.run_id, wait.node_id, wait.iteration)
        with database.writing(self.session):
            waits.reply(
                self.session,
                self.desk.keyring,
                run_id=place[0],
                node_id=place[1],
                iteration=place[2],
                value=next(self.numbers),
            )

    def _hand(self, pick: int) -> Hand:
        return self.hands[pick % len(self.hands)]

    def _try(self, hand: Hand, act: object, *, is_last: bool = True) -> None:
        """Write, or be refused when the run is not this hand's any more."""
        claim = hand.order.claim
        self.session.rollback()
        run = self.session.get_one(Run, claim.run_id, populate_existing=True)
        if (run.claim, run.status) == (claim.number, RunStatus.RUNNING):
            act()  # type: ignore[operator]
        else:
            with pytest.raises(ClaimLost):
                act()  # type: ignore[operator]
        if is_last:
            self.hands = [one for one in self.hands if one is not hand]


def test_cancel_races(sqlite_template: Path) -> None:
    Races.template = sqlite_template
    run_state_machine_as_test(
        Races,
        settings=settings(
            # Making a failure smaller takes minutes here; say how to reach it instead.
            phases=[Phase.generate],
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
