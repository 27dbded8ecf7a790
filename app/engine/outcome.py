"""How a run ended, and the limits it ran under."""

from dataclasses import dataclass
from datetime import datetime

from app.engine.states import Reason, RunStatus
from app.engine.values import Json


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run, or the pause of one that waits.

    `error` is a sentence for a person; `failed_step_id` the step that it is about; `answer` what
    the run answers (None also when it answers nothing); `wake_at` when a waiting run goes on by
    itself.
    """

    status: RunStatus
    reason: Reason | None = None
    error: str | None = None
    failed_step_id: str | None = None
    answer: Json = None
    wake_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use up at most."""

    max_steps: int = 50_000
    max_items: int = 10_000
    max_output_bytes: int = 1_000_000
    max_run_s: float = 3_600.0
