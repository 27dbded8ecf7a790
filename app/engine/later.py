"""What a run waits for without doing anything: moments, people, other runs, the next try."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.engine.attempt import Attempt
from app.engine.errors import StepFailed
from app.engine.outcome import Outcome
from app.engine.scope import Scope
from app.engine.states import Reason, RunStatus
from app.engine.step_type import Pause
from app.engine.values import Json

# A run that only waits for a moment as near as this keeps its thread: going to sleep costs more.
BRIEF_S = 2.0
# How a run's waiting is named when its steps wait for several things.
_MOST_URGENT = (Reason.APPROVAL, Reason.FORM, Reason.REPLY, Reason.AGENT, Reason.DELAY)
TRY_AGAIN = "try_again"


class Later:
    """The steps of one run that wait. Moments are aware UTC."""

    def __init__(self) -> None:
        self._pauses: dict[Attempt, Pause] = {}
        self._failures: dict[Attempt, StepFailed] = {}

    def __bool__(self) -> bool:
        return bool(self._pauses)

    def wait(self, attempt: Attempt, pause: Pause) -> None:
        """A step waits."""
        self._pauses[attempt] = pause

    def try_again(self, attempt: Attempt, failure: StepFailed, due: datetime) -> None:
        """A failed step is tried once more when its pause is over."""
        self._pauses[attempt] = Pause(Reason.DELAY, due, {TRY_AGAIN: attempt.number + 1})
        self._failures[attempt] = failure

    def take_due(self, now: datetime) -> list[tuple[Attempt, Pause]]:
        """The steps whose moment has come; they wait no more."""
        due = [one for one, pause in self._pauses.items() if pause.due and pause.due <= now]
        return [(one, self._take(one)) for one in due]

    def next_s(self, now: datetime) -> float | None:
        """Seconds until the next moment comes; None when there is none."""
        dues = [pause.due for pause in self._pauses.values() if pause.due is not None]
        return (min(dues) - now).total_seconds() if dues else None

    def drop(self, scope: Scope | None = None) -> Iterator[tuple[Attempt, StepFailed | None]]:
        """Give up what waits, in one scope or everywhere: each with the failure it met, if any."""
        for attempt in [one for one in self._pauses if scope is None or one.scope is scope]:
            failure = self._failures.get(attempt)
            self._take(attempt)
            yield attempt, failure

    def retries(self) -> Iterable[tuple[Attempt, Pause]]:
        """The tries that are to be made again."""
        return [(one, self._pauses[one]) for one in self._failures]

    def outcome(self) -> Outcome:
        """The run's own waiting: for what, and until when at most."""
        reasons = {pause.reason for pause in self._pauses.values()}
        dues = [pause.due for pause in self._pauses.values() if pause.due is not None]
        return Outcome(
            RunStatus.WAITING,
            next((one for one in _MOST_URGENT if one in reasons), Reason.DELAY),
            wake_at=min(dues) if dues else None,
        )

    def _take(self, attempt: Attempt) -> Pause:
        self._failures.pop(attempt, None)
        return self._pauses.pop(attempt)


def number_of(detail: Json) -> int | None:
    """Which try a waiting step is to make next; None when it waits for something else."""
    number = detail.get(TRY_AGAIN) if isinstance(detail, dict) else None
    return number if isinstance(number, int) else None
