"""What a story has to be told of a run besides the records of its steps."""

from dataclasses import dataclass

from app.engine.states import Reason, RunMode, RunStatus


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as its row has it: status and reason, the sentence of its failure and its step."""

    status: RunStatus
    reason: Reason | str | None = None
    error: str | None = None
    failed_step_id: str | None = None
    mode: RunMode = RunMode.LIVE
