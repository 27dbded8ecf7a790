"""Does the work of steps: at once, or on other threads beside the run, each within its time."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.engine.attempt import Attempt, Result, closed_ports, kept
from app.engine.errors import StepFailed
from app.engine.graph import Step
from app.engine.ports import Ports
from app.engine.states import Effect, RunMode
from app.engine.step_type import Output, StartType
from app.engine.values import Json

PortsFor: TypeAlias = Callable[[Step, str], Ports]


class Hands:
    """What one run has under way. Used by the thread that drives the run."""

    def __init__(
        self,
        *,
        trigger: Json,
        run_id: str,
        ports_for: PortsFor,
        mode: RunMode,
        executor: Executor | None,
        timezone: ZoneInfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._trigger = trigger
        self._run_id = run_id
        self._ports_for = ports_for
        self._mode = mode
        self._executor = executor
        self._timezone = timezone
        self._closed = closed_ports(clock, mode, timezone)
        self._results: SimpleQueue[tuple[Attempt, Result]] = SimpleQueue()
        self.underway: set[Attempt] = set()

    def perform(self, attempt: Attempt) -> Result | None:
        """Do the work; None when it goes on beside, and `wait` will give what came of it."""
        step_type, given = attempt.planned.type, attempt.given or {}
        if isinstance(step_type, StartType):
            return kept(lambda: step_type.begin(given, self._trigger))
        if attempt.rehearsed and not step_type.rehearses_itself:
            return kept(lambda: step_type.rehearse(given))
        if attempt.effect is Effect.NONE and not step_type.is_slow:
            return attempt.perform(self._closed)
        ports = self._doors(attempt)
        if self._executor is None:
            return self._in_time(attempt, attempt.perform(ports))
        self.underway.add(attempt)
        self._executor.submit(lambda: self._results.put((attempt, attempt.perform(ports))))
        return None

    def wait(self, most_s: float) -> list[tuple[Attempt, Result]]:
        """What has come, or run out of time, after at most `most_s` seconds."""
        now = monotonic()
        moments = [late for one in self.underway if (late := one.late_s) is not None]
        came: list[tuple[Attempt, Result]] = []
        try:
            came.append(self._results.get(timeout=max(0.0, min([now + most_s, *moments]) - now)))
            while True:
                came.append(self._results.get_nowait())
        except Empty:
            pass
        taken = [(one, self._in_time(one, result)) for one, result in came if not one.abandoned]
        self.underway.difference_update(one for one, _ in taken)
        for attempt in [one for one in self.underway if _is_late(one)]:
            attempt.abandoned = True
            self.underway.discard(attempt)
            taken.append((attempt, _late(attempt)))
        return taken

    def let_go(self) -> list[Attempt]:
        """Wait for nothing any more; steps under way see it and may end early."""
        left = list(self.underway)
        for attempt in left:
            attempt.abandoned = True
        self.underway.clear()
        return left

    def _doors(self, attempt: Attempt) -> Ports:
        step, path = attempt.planned.step, attempt.scope.path
        key = f"{self._run_id}:{step.id}:{path}"
        made = self._ports_for(step, path)
        return attempt.doors(made, key=key, mode=self._mode, timezone=self._timezone)

    def _in_time(self, attempt: Attempt, result: Result) -> Result:
        return _late(attempt) if isinstance(result, Output) and _is_late(attempt) else result


def _is_late(attempt: Attempt) -> bool:
    return attempt.late_s is not None and monotonic() > attempt.late_s


def _late(attempt: Attempt) -> StepFailed:
    limit = attempt.planned.step.timeout_s
    return StepFailed(
        f"No answer within {limit:g} s, the time limit of this step.",
        unsure=attempt.effect is Effect.WRITE,
    )
