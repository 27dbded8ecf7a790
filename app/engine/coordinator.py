"""The one thread of a run that owns its state: starts steps, takes their results, records them."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from zoneinfo import ZoneInfo

from app.engine.attempt import Attempt, Result, closed_ports, kept
from app.engine.errors import StepFailed
from app.engine.frontier import Frontier
from app.engine.graph import Step
from app.engine.ledger import Ledger
from app.engine.outcome import Limits, Outcome
from app.engine.plan import Plan, PlannedStep
from app.engine.ports import Ports
from app.engine.record import Cancelled, Recorder, StepRecord
from app.engine.states import Effect, OnError, Reason, RunMode, RunStatus, StepStatus
from app.engine.step_type import Output, Pause, StartType
from app.engine.values import Json

TICK_S = 0.1


class Coordinator:
    """One run, from its start to its end. Made and driven by `engine.runner.run`."""

    def __init__(
        self,
        plan: Plan,
        *,
        trigger: Json,
        run_id: str,
        ports_for: Callable[[Step, str], Ports],
        recorder: Recorder,
        history: Mapping[tuple[str, str], StepRecord],
        mode: RunMode,
        executor: Executor | None,
        limits: Limits,
        variables: Mapping[str, Json],
        timezone: ZoneInfo,
        clock: Callable[[], datetime],
    ) -> None:
        self.plan = plan
        self.trigger = trigger
        self.run_id = run_id
        self.ports_for = ports_for
        self.recorder = recorder
        self.history = history
        self.mode = mode
        self.executor = executor
        self.limits = limits
        self.clock = clock
        self.frontier = Frontier(plan)
        self.ledger = Ledger(plan, recorder, clock, limits, mode)
        self.ledger.open(run_id, variables, timezone)
        self.closed = closed_ports(clock, mode)
        self.underway: set[Attempt] = set()
        self.retries: list[tuple[float, Attempt, StepFailed]] = []
        self.results: SimpleQueue[tuple[Attempt, Result]] = SimpleQueue()
        self.begun = 0
        self.deadline_s = monotonic() + limits.max_run_s
        self.ending: Outcome | None = None
        self.waiting: Outcome | None = None

    def drive(self) -> Outcome:
        """Go on until nothing is left to do, and say how it ended."""
        try:
            while self._go_on():
                pass
        except Cancelled:
            self._abandon()
            with suppress(Cancelled):
                self.ledger.close()
            return Outcome(RunStatus.CANCELLED)
        finally:
            # Also when the claim is lost: steps still under way see that nobody waits for them.
            for attempt in self.underway:
                attempt.abandoned = True
        if self.ending is not None:
            for _, attempt, failure in self.retries:
                self.ledger.failed(attempt, failure)
            self.ledger.close()
            return self.ending
        if self.waiting is not None:
            return self.waiting
        return Outcome(RunStatus.SUCCESS, answer=self.ledger.answer)

    def _go_on(self) -> bool:
        """Do the next thing; False when there is none."""
        while self.frontier.skipped:
            self._pass_by(self.frontier.skipped.popleft(), None)
        if self.frontier.ready and self.ending is None:
            self.recorder.tick()
            self._start(self.frontier.ready.popleft())
        elif self.underway or (self.retries and self.ending is None):
            self._wait()
        else:
            return False
        if monotonic() > self.deadline_s and self.ending is None:
            self._out_of_time()
        return True

    def _pass_by(self, place: int, way: str | None) -> None:
        past = self._past(place)
        if past is None or past.status is not StepStatus.SKIPPED:
            self.ledger.skipped(place)
        else:
            self.ledger.remember(place, past)
        self.frontier.leave(place, way)

    def _start(self, place: int) -> None:
        planned = self.plan.steps[place]
        past = self._past(place)
        if past is not None and past.status in (StepStatus.SUCCESS, StepStatus.FAILED):
            self._remember(place, planned, past)
            return
        if planned.step.disabled:
            self._pass_by(place, planned.first_way)
            return
        self.begun += 1
        if self.begun > self.limits.max_steps:
            self._end(f"The run came to more than {self.limits.max_steps:,} steps.", None, None)
            return
        is_interrupted = past is not None and past.status in (
            StepStatus.RUNNING,
            StepStatus.WAITING,
        )
        self._try(place, past.attempt if past else 1, is_interrupted=is_interrupted)

    def _try(self, place: int, number: int, *, is_interrupted: bool = False) -> None:
        planned = self.plan.steps[place]
        attempt = Attempt(place, planned, number=number, started_at=self.clock())
        try:
            attempt.given = planned.settings.fill(self.ledger.roots_for(planned))
        except StepFailed as failure:
            self._take(attempt, failure)
            return
        if planned.type.effect is not Effect.NONE:
            attempt.effect = planned.type.effect_of(attempt.given)
            if is_interrupted and self._needs_you(attempt):
                return
        attempt.rehearsed = self.mode is RunMode.REHEARSAL and attempt.effect is Effect.WRITE
        self.ledger.started(attempt)
        self._perform(attempt)

    def _perform(self, attempt: Attempt) -> None:
        step_type, given = attempt.planned.type, attempt.given or {}
        if isinstance(step_type, StartType):
            self._take(attempt, kept(lambda: step_type.begin(given, self.trigger)))
        elif attempt.rehearsed:
            self._take(attempt, kept(lambda: step_type.rehearse(given)))
        elif attempt.effect is Effect.NONE:
            self._take(attempt, attempt.perform(self.closed))
        else:
            key = f"{self.run_id}:{attempt.planned.step.id}:"
            ports = attempt.doors(self.ports_for(attempt.planned.step, ""), key=key, mode=self.mode)
            if self.executor is None:
                self._take(attempt, attempt.perform(ports))
                return
            self.underway.add(attempt)
            self.executor.submit(lambda: self.results.put((attempt, attempt.perform(ports))))

    def _take(self, attempt: Attempt, result: Result) -> None:
        """A try has come to something: record it and open the ways behind it."""
        self.underway.discard(attempt)
        for level, text in attempt.lines:
            self.ledger.log(level, text, attempt)
        if isinstance(result, Cancelled):
            self.ledger.left(attempt)
            raise result
        if isinstance(result, Pause):
            result = StepFailed("This step waits, which runs cannot do yet.", can_retry=False)
        if isinstance(result, Output) and self._is_late(attempt):
            result = self._late(attempt)
        if isinstance(result, Output):
            try:
                self.ledger.succeeded(attempt, result)
            except StepFailed as failure:
                result = failure
            else:
                self.frontier.leave(attempt.place, result.port)
                return
        self._fail(attempt, result)

    def _fail(self, attempt: Attempt, failure: StepFailed) -> None:
        step = attempt.planned.step
        if failure.can_retry and attempt.number <= step.retry.times and self.ending is None:
            self.retries.append((monotonic() + step.retry.wait_s, attempt, failure))
            again = f"Trying again in {step.retry.wait_s:g} s."
            self.ledger.log("warning", f"Try {attempt.number}: {failure.sentence} {again}", attempt)
            return
        self.ledger.failed(attempt, failure)
        if step.on_error is OnError.STOP:
            self._end(failure.sentence, None, step.id)
        else:
            self.frontier.leave(attempt.place, attempt.planned.way_on_error)

    def _wait(self) -> None:
        """Until a result comes, a try is due or late, or a tick has passed."""
        now = monotonic()
        moments = [now + TICK_S, *(due for due, _, _ in self.retries)]
        moments += [late for one in self.underway if (late := one.late_s) is not None]
        try:
            taken = self.results.get(timeout=max(0.0, min(moments) - now))
            while True:
                if not taken[0].abandoned:
                    self._take(*taken)
                taken = self.results.get_nowait()
        except Empty:
            pass
        self.recorder.tick()
        for attempt in [one for one in self.underway if self._is_late(one)]:
            attempt.abandoned = True
            self._take(attempt, self._late(attempt))
        self._try_again()

    def _try_again(self) -> None:
        if self.ending is not None:
            return
        now = monotonic()
        due = [one for one in self.retries if one[0] <= now]
        self.retries = [one for one in self.retries if one[0] > now]
        for _, attempt, _ in due:
            self._try(attempt.place, attempt.number + 1)

    def _is_late(self, attempt: Attempt) -> bool:
        return attempt.late_s is not None and monotonic() > attempt.late_s

    def _late(self, attempt: Attempt) -> StepFailed:
        limit = attempt.planned.step.timeout_s
        return StepFailed(
            f"No answer within {limit:g} s, the time limit of this step.",
            unsure=attempt.effect is Effect.WRITE,
        )

    def _past(self, place: int) -> StepRecord | None:
        return self.history.get((self.plan.steps[place].step.id, "")) if self.history else None

    def _remember(self, place: int, planned: PlannedStep, past: StepRecord) -> None:
        self.ledger.remember(place, past)
        if past.status is StepStatus.FAILED and planned.step.on_error is OnError.STOP:
            self._end(past.error or "The step failed.", None, planned.step.id)
        else:
            self.frontier.leave(place, past.port)

    def _needs_you(self, attempt: Attempt) -> bool:
        planned = attempt.planned
        if attempt.effect is not Effect.WRITE or planned.type.is_repeatable(attempt.given or {}):
            return False
        sentence = (
            f"“{planned.step.name}” was interrupted while it was sending, and it is not known "
            "whether it arrived. Look there first, then decide whether it is sent again."
        )
        self.ledger.waits(attempt, sentence)
        self.waiting = self.waiting or Outcome(
            RunStatus.WAITING, Reason.NEEDS_YOU, sentence, planned.step.id
        )
        return True

    def _out_of_time(self) -> None:
        self._abandon()
        limit = f"{self.limits.max_run_s:g} s"
        self._end(f"The run took longer than {limit}, its time limit.", Reason.TIME_LIMIT, None)

    def _abandon(self) -> None:
        for attempt in self.underway:
            attempt.abandoned = True
            self.ledger.left(attempt)
        self.underway.clear()

    def _end(self, sentence: str, reason: Reason | None, step_id: str | None) -> None:
        if self.ending is None:
            self.ending = Outcome(RunStatus.FAILED, reason, sentence, step_id, self.ledger.answer)
