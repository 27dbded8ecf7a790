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
from app.engine.states import Effect, OnError, RunMode, StepStatus
from app.engine.step_type import Output
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
        self.steps: dict[str, Any] = {}
        self.roots: dict[str, Any] = {}
        self.timezone = ZoneInfo("UTC")
        self.ended = [False] * len(plan.steps)
        self._left: dict[int, Attempt] = {}

    def open(self, run_id: str, variables: Mapping[str, Json], timezone: ZoneInfo) -> None:
        """Lay out what references can begin with."""
        self.timezone = timezone
        self.roots = {
            "trigger": {},
            "steps": self.steps,
            "vars": dict(variables),
            "run": {
                "id": run_id,
                "mode": self.mode.value,
                "started_at": self._local_now(),
            },
            "now": None,
        }

    def roots_for(self, planned: PlannedStep) -> Mapping[str, Any]:
        """What references of this step can begin with, just now."""
        if planned.settings.uses_now:
            self.roots["now"] = self._local_now()
        return self.roots

    def started(self, attempt: Attempt) -> None:
        """A try begins; one that writes is on disk before it acts."""
        record = StepRecord(
            attempt.planned.step.id,
            attempt.planned.step.type,
            "",
            StepStatus.RUNNING,
            attempt.number,
            attempt.given,
            started_at=attempt.started_at,
        )
        writes = attempt.effect is Effect.WRITE and not attempt.rehearsed
        self.recorder.started(record, durable=writes)

    def waits(self, attempt: Attempt, sentence: str) -> None:
        """A step was interrupted and may not simply be repeated."""
        record = self._record(attempt, StepStatus.WAITING, error=sentence)
        self.recorder.started(record, durable=True)

    def succeeded(self, attempt: Attempt, output: Output) -> None:
        """A step gave its output; raises StepFailed when that cannot be kept."""
        planned = attempt.planned
        value = clean(output.value, max_bytes=self.limits.max_output_bytes)
        if planned.ports and output.port not in planned.ports:
            raise StepFailed(f"The step left by “{output.port}”, a way it does not have.")
        self._end(attempt, StepStatus.SUCCESS, output=value, port=output.port)
        self._know(planned, value)

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
        self._know_failed(planned, given_back)

    def skipped(self, place: int) -> None:
        """The run took another way; references to the step are null."""
        planned = self.plan.steps[place]
        self.steps[planned.step.key] = Forgiving()
        self.ended[place] = True
        self.recorder.ended(self._unbegun(planned, StepStatus.SKIPPED), durable=False)

    def remember(self, place: int, past: StepRecord) -> None:
        """Take over a step that an earlier claim of this run recorded."""
        planned = self.plan.steps[place]
        self.ended[place] = True
        if past.status is StepStatus.SUCCESS and past.output is not None:
            self._know(planned, past.output)
        elif past.status is StepStatus.FAILED:
            self._know_failed(planned, past.output)
        else:
            # Skipped, or done by the word of a person, who cannot know what it gave.
            self.steps[planned.step.key] = Forgiving()

    def left(self, attempt: Attempt) -> None:
        """A try is under way and nobody waits for it any more."""
        self._left[attempt.place] = attempt

    def close(self) -> None:
        """The run has ended: every step that did not end by itself ends as cancelled."""
        for place, planned in enumerate(self.plan.steps):
            if self.ended[place]:
                continue
            attempt = self._left.get(place)
            if attempt is not None:
                self._end(attempt, StepStatus.CANCELLED)
            else:
                self.ended[place] = True
                record = self._unbegun(planned, StepStatus.CANCELLED)
                self.recorder.ended(record, durable=False)

    def log(self, level: LogLevel, text: str, attempt: Attempt) -> None:
        """One line about a try."""
        self.recorder.log(level, text, step_id=attempt.planned.step.id, iteration="")

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
        took_s = record.elapsed_s or 0.0
        writes = attempt.effect is Effect.WRITE and not attempt.rehearsed
        durable = writes or attempt.planned.type.costly or took_s > DURABLE_AFTER_S
        self.ended[attempt.place] = True
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
            "",
            status,
            attempt.number,
            attempt.given,
            output,
            port,
            error,
            attempt.started_at,
            ended_at,
        )

    def _unbegun(self, planned: PlannedStep, status: StepStatus) -> StepRecord:
        step = planned.step
        return StepRecord(step.id, step.type, "", status, ended_at=self.clock())

    def _know(self, planned: PlannedStep, value: Json) -> None:
        if planned.type.is_start:
            self.roots["trigger"] = value
        if planned.type.is_answer and isinstance(value, dict):
            self.answer = value.get("answer")
        rehearsed = (
            self.mode is RunMode.REHEARSAL and isinstance(value, dict) and "rehearsed" in value
        )
        self.steps[planned.step.key] = Forgiving(value) if rehearsed else value

    def _know_failed(self, planned: PlannedStep, value: Json) -> None:
        keeps_shape = planned.step.on_error is OnError.CONTINUE and value is not None
        self.steps[planned.step.key] = value if keeps_shape else Forgiving(value)

    def _partial(self, failure: StepFailed) -> Json:
        try:
            return clean(failure.output, max_bytes=self.limits.max_output_bytes)
        except StepFailed:
            return None

    def _local_now(self) -> str:
        return self.clock().astimezone(self.timezone).isoformat(timespec="seconds")
