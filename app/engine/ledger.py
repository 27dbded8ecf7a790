"""What a run knows so far: the values its steps gave, and the records written of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.engine.attempt import Attempt
from app.engine.errors import StepFailed
from app.engine.outcome import Limits
from app.engine.plan import Plan, PlannedStep
from app.engine.record import LogLevel, Recorder, StepRecord
from app.engine.scope import Scope
from app.engine.states import OnError, RunMode, StepStatus
from app.engine.step_type import Output, Pause
from app.engine.values import Json, clean
from app.lib.resolver import Forgiving

# A step that took longer is recorded before the next one starts: it would hurt to repeat it.
DURABLE_AFTER_S = 1.0


class Ledger:
    """Keeps the values that references see, and tells the recorder of every step."""

    def __init__(
        self,
        plan: Plan,
        recorder: Recorder,
        clock: Callable[[], datetime],
        limits: Limits,
        mode: RunMode,
    ) -> None:
        self.plan = plan
        self.recorder = recorder
        self.clock = clock
        self.limits = limits
        self.mode = mode
        self.answer: Json = None
        self.timezone = ZoneInfo("UTC")
        self._left: dict[tuple[str, int], Attempt] = {}

    def open(self, run_id: str, variables: Mapping[str, Json], timezone: ZoneInfo) -> Scope:
        """The whole flow as a scope, with what references can begin with."""
        self.timezone = timezone
        roots = {
            "trigger": {},
            "steps": {},
            "vars": dict(variables),
            "run": {
                "id": run_id,
                "mode": self.mode.value,
                "started_at": self._local_now(),
            },
            "now": None,
        }
        return Scope(self.plan, self.plan.frame, roots=roots)

    def fill(self, scope: Scope, place: int) -> dict[str, Json]:
        """The settings of a step with every value filled in; raises StepFailed."""
        planned = self.plan.steps[place]
        if "now" in planned.settings.roots:
            scope.roots["now"] = self._local_now()
        given = planned.settings.fill(scope.roots)
        if planned.type.gathers:
            return {**given, "arrived": self._arrived(scope, place)}
        return given

    def started(self, attempt: Attempt) -> None:
        """A try begins; one that writes is on disk before it acts."""
        record = self._record(attempt, StepStatus.RUNNING)
        self.recorder.started(record, durable=attempt.is_write)

    def waits(self, attempt: Attempt, sentence: str) -> None:
        """A step was interrupted and may not simply be repeated."""
        record = self._record(attempt, StepStatus.WAITING, error=sentence)
        self.recorder.started(record, durable=True)

    def paused(self, attempt: Attempt, pause: Pause, error: str | None = None) -> None:
        """A step waits for something outside, or for its next try."""
        self.recorder.paused(self._record(attempt, StepStatus.WAITING, error=error), pause)

    def succeeded(self, attempt: Attempt, output: Output) -> None:
        """A step gave its output; raises StepFailed when that cannot be kept."""
        planned = attempt.planned
        value = clean(output.value, max_bytes=self.limits.max_output_bytes)
        if planned.ports and output.port not in planned.ports:
            raise StepFailed(f"The step left by “{output.port}”, a way it does not have.")
        self._end(attempt, StepStatus.SUCCESS, output=value, port=output.port)
        self._know(attempt.scope, attempt.place, value)

    def failed(self, attempt: Attempt, failure: StepFailed) -> None:
        """A step failed for good; what it leaves depends on its “If it fails”."""
        planned = attempt.planned
        tries = f"Try {attempt.number}: " if attempt.number > 1 else ""
        self.log("error", f"{tries}{failure.sentence}", attempt)
        sentence = failure.sentence
        if failure.unsure:
            sentence += " It may have been done all the same."
        given_back = self._partial(failure)
        on_error = planned.step.on_error
        if on_error is OnError.CONTINUE:
            given_back = planned.step.default_output
        elif on_error is OnError.ERROR_PORT:
            came = given_back if isinstance(given_back, dict) else {}
            given_back = {**came, "error": sentence}
        port = None if on_error is OnError.STOP else planned.way_on_error
        self._end(attempt, StepStatus.FAILED, output=given_back, port=port, error=sentence)
        self._know_failed(attempt.scope, planned, given_back)

    def skipped(self, scope: Scope, place: int) -> None:
        """The run took another way; references to the step are null."""
        scope.steps[self.plan.steps[place].step.key] = Forgiving()
        scope.ended.add(place)
        self.recorder.ended(self._unbegun(scope, place, StepStatus.SKIPPED), durable=False)

    def remember(self, scope: Scope, place: int, past: StepRecord) -> None:
        """Take over a step that an earlier claim of this run recorded."""
        planned = self.plan.steps[place]
        scope.ended.add(place)
        if past.status is StepStatus.SUCCESS and past.output is not None:
            self._know(scope, place, past.output)
        elif past.status is StepStatus.FAILED:
            self._know_failed(scope, planned, past.output)
        else:
            # Skipped, or done by the word of a person, who cannot know what it gave.
            scope.steps[planned.step.key] = Forgiving()

    def came_late(self, scope: Scope, place: int, source: int) -> None:
        """A way came to a step that had begun at the first one."""
        here, there = self.plan.steps[place].step, self.plan.steps[source].step
        text = f"“{there.name}” came after the first and was passed by"
        self.recorder.log("info", text, step_id=here.id, iteration=scope.path)

    def give_up(self, attempt: Attempt, failure: StepFailed | None) -> None:
        """A step waits no more: with the failure that it wanted to try again after, or none."""
        if failure is not None:
            self.failed(attempt, failure)
        else:
            self.left(attempt)

    def left(self, attempt: Attempt) -> None:
        """A try is under way and nobody waits for it any more."""
        self._left[attempt.scope.path, attempt.place] = attempt

    def close(self, scope: Scope) -> None:
        """The scope has ended: every step that did not end by itself ends as cancelled."""
        for place in scope.frame.places:
            if place in scope.ended:
                continue
            attempt = self._left.get((scope.path, place))
            if attempt is not None:
                self._end(attempt, StepStatus.CANCELLED)
            else:
                scope.ended.add(place)
                record = self._unbegun(scope, place, StepStatus.CANCELLED)
                self.recorder.ended(record, durable=False)

    def log(self, level: LogLevel, text: str, attempt: Attempt) -> None:
        """One line about a try."""
        self.recorder.log(
            level, text, step_id=attempt.planned.step.id, iteration=attempt.scope.path
        )

    def _end(
        self,
        attempt: Attempt,
        status: StepStatus,
        *,
        output: Json = None,
        port: str | None = None,
        error: str | None = None,
    ) -> None:
        record = self._record(
            attempt, status, output=output, port=port, error=error, ended_at=self.clock()
        )
        planned = attempt.planned
        took_s = 0.0 if planned.type.is_loop else record.elapsed_s or 0.0
        durable = attempt.is_write or planned.type.costly or took_s > DURABLE_AFTER_S
        attempt.scope.ended.add(attempt.place)
        self.recorder.ended(record, durable=durable)

    def _record(
        self,
        attempt: Attempt,
        status: StepStatus,
        *,
        output: Json = None,
        port: str | None = None,
        error: str | None = None,
        ended_at: datetime | None = None,
    ) -> StepRecord:
        return StepRecord(
            attempt.planned.step.id,
            attempt.planned.step.type,
            attempt.scope.path,
            status,
            attempt.number,
            attempt.given,
            output,
            port,
            error,
            attempt.started_at,
            ended_at,
            attempt.spent.tokens,
            attempt.spent.cost,
            attempt.spent.unpriced,
        )

    def _unbegun(self, scope: Scope, place: int, status: StepStatus) -> StepRecord:
        step = self.plan.steps[place].step
        return StepRecord(step.id, step.type, scope.path, status, ended_at=self.clock())

    def _arrived(self, scope: Scope, place: int) -> Json:
        """What the steps that have come to a gathering one gave, in the order of their links."""
        came = scope.came.get(place, ())
        found: list[Json] = []
        for source in self.plan.steps[place].sources:
            if source in came:
                step = self.plan.steps[source].step
                given = scope.steps.get(step.key)
                value = given.value if isinstance(given, Forgiving) else given
                found.append({"step": step.key, "name": step.name, "output": value})
        return found

    def _know(self, scope: Scope, place: int, value: Json) -> None:
        planned = self.plan.steps[place]
        if planned.type.is_start:
            scope.roots["trigger"] = value
        if planned.type.is_answer and isinstance(value, dict):
            self.answer = value.get("answer")
        rehearsed = (
            self.mode is RunMode.REHEARSAL and isinstance(value, dict) and "rehearsed" in value
        )
        scope.gave[place] = value
        scope.steps[planned.step.key] = Forgiving(value) if rehearsed else value

    def _know_failed(self, scope: Scope, planned: PlannedStep, value: Json) -> None:
        keeps_shape = planned.step.on_error is OnError.CONTINUE and value is not None
        known: Any = value if keeps_shape else Forgiving(value)
        scope.steps[planned.step.key] = known

    def _partial(self, failure: StepFailed) -> Json:
        try:
            return clean(failure.output, max_bytes=self.limits.max_output_bytes)
        except StepFailed:
            return None

    def _local_now(self) -> str:
        return self.clock().astimezone(self.timezone).isoformat(timespec="seconds")
