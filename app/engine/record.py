"""What a run leaves behind: one record per step, handed to a recorder as it happens."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from app.engine.states import StepStatus
from app.engine.values import Json

if TYPE_CHECKING:
    from app.engine.step_type import Pause

LogLevel = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a run as it stands.

    `iteration` is '' outside loops, else a path such as '2.0.5'. `attempt` starts at 1.
    `given` are the settings with every value filled in, `output` what the step passed on,
    `port` the way out it took (None while it has taken none). Times are aware UTC;
    a step that never began has `started_at` None. `tokens` are those of language models that all
    its tries used, `cost` what they cost in millionths of a US dollar, but for those `unpriced`.
    """

    step_id: str
    step_type: str
    iteration: str
    status: StepStatus
    attempt: int = 1
    given: Json = None
    output: Json = None
    port: str | None = None
    error: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    tokens: int = 0
    cost: int = 0
    unpriced: int = 0

    @property
    def elapsed_s(self) -> float | None:
        """Seconds between start and end, None while either is unknown."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


class ClaimLost(Exception):
    """Another worker owns this run now: stop at once and write nothing more."""


class Cancelled(Exception):
    """A person cancelled the run."""


class Recorder(Protocol):
    """Where the runner reports; always called from the one thread that drives the run.

    Any call may raise ClaimLost (the run loop ends without another word) or Cancelled (the run
    ends as cancelled).
    """

    def started(self, record: StepRecord, *, durable: bool) -> None:
        """A try begins. `durable`: it must be on disk before this returns (a write follows)."""

    def paused(self, record: StepRecord, pause: "Pause") -> None:
        """A step waits for something outside; on disk at the latest when the run waits, too."""

    def ended(self, record: StepRecord, *, durable: bool) -> None:
        """A step has its final status. `durable`: on disk before the next step starts."""

    def log(self, level: LogLevel, text: str, *, step_id: str | None, iteration: str) -> None:
        """One line for the run's log."""

    def tick(self) -> None:
        """Called between steps and at least every 100 ms while the run waits for an answer."""
