"""How far a run is, as its chat shows it while it works: its steps, in a few words each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from app.chats import seen
from app.chats.seen import SeenRun, SeenStep
from app.engine.graph import Graph
from app.engine.states import RunStatus, StepStatus
from app.engine.words import first_sentence

MAX_WHY_CHARS = 140
State = Literal["done", "lit", "bad", "later"]
_STATES: Mapping[StepStatus, State] = {
    StepStatus.SUCCESS: "done",
    StepStatus.RUNNING: "lit",
    StepStatus.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step; `took_s` is None until it begins. `why` tells in short why it failed."""

    name: str
    state: State
    took_s: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The steps on the way that the run takes, in reading order."""

    lines: Sequence[StepLine]

    @property
    def place(self) -> int:
        """Which of the steps it looks at, from 1."""
        ended = sum(one.state in ("done", "bad") for one in self.lines)
        return min(ended + 1, len(self.lines))


def progress(session: Session, run: SeenRun, graph: Graph) -> Progress:
    """How far it is; of a run that no worker has begun nothing is recorded."""
    recorded = seen.steps(session, run.id) if run.claim else {}
    steps = [step for step in graph.order if step.parent is None]
    found = [_line(run, step.name, recorded.get(step.id)) for step in steps]
    return Progress([one for one in found if one is not None])


def _line(run: SeenRun, name: str, step: SeenStep | None) -> StepLine | None:
    """None for a step that is passed by."""
    if step is None:
        return StepLine(name, "later", None)
    if step.started_at is None:
        is_passed_by = step.status in (StepStatus.SKIPPED, StepStatus.CANCELLED)
        return None if is_passed_by else StepLine(name, "later", None)
    if step.status is StepStatus.SKIPPED:
        return None
    state = _STATES.get(step.status, "later")
    is_given_up = state == "lit" and run.status is not RunStatus.RUNNING
    why = first_sentence(step.error or "", MAX_WHY_CHARS) if state == "bad" else ""
    return StepLine(name, "later" if is_given_up else state, step.seconds, why)
