"""What may end a run from outside, set by other threads and noticed by the one that drives it."""

import threading
import time
import uuid
from dataclasses import dataclass, field, replace

from app.engine.record import ClaimLost, StepRecord
from app.engine.states import StepStatus
from app.engine.values import Json
from app.growing_answers.speech import Speech
from app.runs.models import Lane
from app.workers.claims import Claim


class GivenBack(ClaimLost):
    """This worker is stopping: the run stays as it is recorded and another worker goes on."""


class LiveRuns:
    """The runs that this process works on, and whether the process is on its way out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[tuple[uuid.UUID, int], LiveRun] = {}
        # Plain attributes, because a signal handler sets them, where no lock may be taken.
        self.is_leaving = False  # every run stops before its next step
        self.is_leaving_now = False  # even though a step is under way
        self.given_back: list[Lane] = []

    def add(self, claim: Claim) -> "LiveRun":
        """Note a run that has just been claimed."""
        run = LiveRun(claim, among=self, is_cancelled=claim.is_cancelled)
        with self._lock:
            self._runs[claim.run_id, claim.number] = run
        return run

    def remove(self, run: "LiveRun") -> None:
        """The run has ended here."""
        with self._lock:
            self._runs.pop((run.claim.run_id, run.claim.number), None)

    def all(self) -> list["LiveRun"]:
        """Every run of this moment."""
        with self._lock:
            return list(self._runs.values())


@dataclass(slots=True)
class LiveRun:
    """One run in this process, and what its thread must know."""

    claim: Claim
    among: LiveRuns
    began: float = field(default_factory=time.monotonic)
    is_lost: bool = False  # another worker owns it
    is_cancelled: bool = False  # a person cancelled it
    # What people see of steps that have no output yet, by step and iteration.
    so_far: dict[tuple[str, str], Json] = field(default_factory=dict)
    # Which try of a step may keep something; one that ran out of time may not any more.
    holders: dict[tuple[str, str], object] = field(default_factory=dict)
    # What people see of an answer while it is written; only for runs of chats.
    speech: Speech | None = None

    @property
    def must_stop(self) -> bool:
        """Whether a step that is under way should end early."""
        return self.is_lost or self.is_cancelled or self.among.is_leaving_now

    def with_so_far(self, record: StepRecord) -> StepRecord:
        """The record, with what its step has come to where it gave no output."""
        if record.status.is_final:
            self.holders.pop((record.step_id, record.iteration), None)
        if record.output is not None or record.status is StepStatus.SUCCESS:
            return record
        return replace(record, output=self.so_far.get((record.step_id, record.iteration)))
