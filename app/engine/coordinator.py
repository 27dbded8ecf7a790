"""The one thread of a run that owns its state: starts steps, takes their results, records them."""

from contextlib import suppress
from datetime import timedelta
from time import monotonic

from app.engine.attempt import Attempt, Result
from app.engine.errors import BudgetSpent, StepFailed
from app.engine.hands import Hands
from app.engine.later import BRIEF_S, Later, number_of
from app.engine.ledger import Ledger
from app.engine.loops import Loops
from app.engine.outcome import Outcome
from app.engine.plan import Plan
from app.engine.record import Cancelled, StepRecord
from app.engine.scope import Queues, Scope
from app.engine.spent import Spent
from app.engine.states import Effect, OnError, Reason, RunMode, RunStatus, StepStatus
from app.engine.step_type import LoopType, Output, Pause, Reply
from app.engine.work import Work

TICK_S = 0.1
_BEGUN = (StepStatus.RUNNING, StepStatus.WAITING)


class Coordinator:
    """One run, from its start to its end. Made and driven by `engine.runner.run`."""

    def __init__(
        self,
        plan: Plan,
        work: Work,
        hands: Hands,
        ledger: Ledger,
        top: Scope,
    ) -> None:
        self.plan = plan
        self.hands = hands
        self.ledger = ledger
        self.recorder = ledger.recorder
        self.top = top
        self.history = work.history
        self.waits = work.waits
        self.mode = work.mode
        self.limits = work.limits
        self.clock = work.clock
        self.queues = Queues()
        self.later = Later()
        self.loops = Loops(ledger, self.queues, self.later, self.limits, self._take)
        self.begun = 0
        self.deadline_s = monotonic() + self.limits.max_run_s
        self.ending: Outcome | None = None
        self.needs_you: Outcome | None = None

    def drive(self) -> Outcome:
        """Go on until nothing is left to do, and say how it ended."""
        try:
            while self._go_on():
                pass
        except Cancelled:
            self._abandon()
            with suppress(Cancelled):
                self._close()
            return Outcome(RunStatus.CANCELLED)
        finally:
            # Also when the claim is lost: steps still under way see that nobody waits for them.
            self.hands.let_go()
        if self.ending is not None:
            self._close()
            return self.ending
        if self.needs_you is not None or self.later:
            return self._asleep()
        return Outcome(RunStatus.SUCCESS, answer=self.ledger.answer)

    def _go_on(self) -> bool:
        """Do the next thing; False when there is none."""
        queues = self.queues
        while queues.skipped:
            self._pass_by(*queues.skipped.popleft(), None)
        while queues.late:
            self.ledger.came_late(*queues.late.popleft())
        if queues.ready and self.ending is None:
            self.recorder.tick()
            self._start(*queues.ready.popleft())
        elif self.hands.underway or (self.ending is None and self._is_worth_waiting()):
            self._wait()
        else:
            return False
        if monotonic() > self.deadline_s and self.ending is None:
            self._out_of_time()
        return True

    def _is_worth_waiting(self) -> bool:
        next_s = self.later.next_s(self.clock())
        return next_s is not None and next_s <= BRIEF_S

    def _pass_by(self, scope: Scope, place: int, way: str | None) -> None:
        if scope.is_over:
            return
        past = self._past(scope, place)
        if past is None or past.status is not StepStatus.SKIPPED:
            self.ledger.skipped(scope, place)
        else:
            self.ledger.remember(scope, place, past)
        self._leave(scope, place, way)

    def _start(self, scope: Scope, place: int) -> None:
        if scope.is_over or scope.failure is not None:
            return
        planned = self.plan.steps[place]
        past = self._past(scope, place)
        if past is not None and past.status in (StepStatus.SUCCESS, StepStatus.FAILED):
            self._remember(scope, place, past)
            return
        if planned.step.disabled:
            self._pass_by(scope, place, planned.first_way)
            return
        self.begun += 1
        if self.begun > self.limits.max_steps:
            self._end(f"The run came to more than {self.limits.max_steps:,} steps.", None, None)
            return
        scope.under_way += 1
        number = past.attempt if past else 1
        attempt = Attempt(scope, place, planned, number=number, started_at=self.clock())
        if past is not None:
            attempt.spent = Spent(past.tokens, past.cost, past.unpriced)
        if past is None or past.status not in _BEGUN:
            self._try(attempt)
        elif (planned.step.id, scope.path) in self.waits:
            attempt.started_at = past.started_at or attempt.started_at
            self._come_back(attempt, *self.waits[planned.step.id, scope.path])
        else:
            self._try(attempt, is_interrupted=True)

    def _come_back(self, attempt: Attempt, pause: Pause, reply: Reply | None) -> None:
        """A step that waited when this run was last worked on."""
        if reply is None and (pause.due is None or pause.due > self.clock()):
            self.later.wait(attempt, pause)
        else:
            self._resume(attempt, pause, reply or Reply(is_due=True))

    def _resume(self, attempt: Attempt, pause: Pause, reply: Reply) -> None:
        number = number_of(pause.detail)
        if number is not None:
            attempt = attempt.again(number, self.clock())
        else:
            attempt.answered = (pause, reply)
        self._try(attempt)

    def _try(self, attempt: Attempt, *, is_interrupted: bool = False) -> None:
        planned = attempt.planned
        try:
            attempt.given = self.ledger.fill(attempt.scope, attempt.place)
        except StepFailed as failure:
            self._take(attempt, failure)
            return
        if planned.type.effect is not Effect.NONE:
            attempt.effect = planned.type.effect_of(attempt.given)
            if is_interrupted and self._needs_you(attempt):
                return
        attempt.rehearsed = self.mode is RunMode.REHEARSAL and attempt.effect is Effect.WRITE
        self.ledger.started(attempt)
        if isinstance(planned.type, LoopType) and planned.body is not None:
            self.loops.open(attempt, planned.type, planned.body)
            return
        result = self.hands.perform(attempt)
        if result is not None:
            self._take(attempt, result)

    def _take(self, attempt: Attempt, result: Result) -> None:
        """A try has come to something: record it and open the ways behind it."""
        for level, text in attempt.lines:
            self.ledger.log(level, text, attempt)
        if isinstance(result, Cancelled):
            self.ledger.left(attempt)
            raise result
        if isinstance(result, Pause):
            self.ledger.paused(attempt, result)
            self.later.wait(attempt, result)
            return
        if isinstance(result, Output):
            try:
                self.ledger.succeeded(attempt, result)
            except StepFailed as failure:
                result = failure
            else:
                attempt.scope.under_way -= 1
                self._leave(attempt.scope, attempt.place, result.port)
                return
        self._fail(attempt, result)

    def _fail(self, attempt: Attempt, failure: StepFailed) -> None:
        retry = attempt.planned.step.retry
        if failure.can_retry and attempt.number <= retry.times and self.ending is None:
            wait_s = retry.pause_s(attempt.number)
            self.later.try_again(attempt, failure, self.clock() + timedelta(seconds=wait_s))
            again = f"Trying again in {wait_s:g} s."
            self.ledger.log("warning", f"Try {attempt.number}: {failure.sentence} {again}", attempt)
            return
        self.ledger.failed(attempt, failure)
        attempt.scope.under_way -= 1
        if isinstance(failure, BudgetSpent):
            self._end(failure.sentence, Reason.BUDGET, attempt.planned.step.id)
        elif attempt.planned.step.on_error is OnError.STOP:
            self._break(attempt.scope, failure.sentence, attempt.planned.step.id)
        else:
            self._leave(attempt.scope, attempt.place, attempt.planned.way_on_error)

    def _break(self, scope: Scope, sentence: str, step_id: str) -> None:
        """A step failed for good: the item it worked for ends, or the whole run."""
        if scope.loop is None:
            self._end(sentence, None, step_id)
        else:
            self.loops.fail_item(scope, sentence)

    def _leave(self, scope: Scope, place: int, way: str | None) -> None:
        scope.leave(place, way, self.queues)
        if scope.loop is not None:
            self.loops.settle(scope)

    def _wait(self) -> None:
        """Until a result comes, a moment is due or a try late, or a tick has passed."""
        next_s = self.later.next_s(self.clock())
        for attempt, result in self.hands.wait(TICK_S if next_s is None else min(TICK_S, next_s)):
            self._take(attempt, result)
        self.recorder.tick()
        if self.ending is None:
            for attempt, pause in self.later.take_due(self.clock()):
                self._resume(attempt, pause, Reply(is_due=True))

    def _past(self, scope: Scope, place: int) -> StepRecord | None:
        if not self.history:
            return None
        return self.history.get((self.plan.steps[place].step.id, scope.path))

    def _remember(self, scope: Scope, place: int, past: StepRecord) -> None:
        planned = self.plan.steps[place]
        self.ledger.remember(scope, place, past)
        # A step that was forgiven then stays so, whatever is chosen for it by now.
        has_stopped = past.port is None and planned.step.on_error is OnError.STOP
        if past.status is StepStatus.FAILED and has_stopped:
            self._break(scope, past.error or "The step failed.", planned.step.id)
        else:
            self._leave(scope, place, past.port)

    def _needs_you(self, attempt: Attempt) -> bool:
        planned = attempt.planned
        if attempt.effect is not Effect.WRITE or planned.type.is_repeatable(attempt.given or {}):
            return False
        sentence = (
            f"“{planned.step.name}” was interrupted while it was sending, and it is not known "
            "whether it arrived. Look there first, then decide whether it is sent again."
        )
        self.ledger.waits(attempt, sentence)
        self.needs_you = self.needs_you or Outcome(
            RunStatus.WAITING, Reason.NEEDS_YOU, sentence, planned.step.id
        )
        return True

    def _asleep(self) -> Outcome:
        """The run goes to sleep: tries that are to come are written down, too."""
        for attempt, pause in self.later.retries():
            self.ledger.paused(attempt, pause)
        return self.needs_you or self.later.outcome()

    def _out_of_time(self) -> None:
        self._abandon()
        limit = f"{self.limits.max_run_s:g} s"
        self._end(f"The run took longer than {limit}, its time limit.", Reason.TIME_LIMIT, None)

    def _abandon(self) -> None:
        for attempt in self.hands.let_go():
            self.ledger.left(attempt)

    def _close(self) -> None:
        """Every step without an end ends as cancelled, inside loops first."""
        for attempt, failure in self.later.drop():
            self.ledger.give_up(attempt, failure)
        self.loops.close()
        self.ledger.close(self.top)

    def _end(self, sentence: str, reason: Reason | None, step_id: str | None) -> None:
        self.loops.is_stopped = True
        if self.ending is None:
            self.ending = Outcome(RunStatus.FAILED, reason, sentence, step_id, self.ledger.answer)
