"""What a test in any order knows of runs, and of the workers that hold them."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.agents.models import Agent
from app.engine.record import StepRecord
from app.engine.states import RunStatus, StepStatus
from app.engine.step_type import Pause
from app.workers.recorder import RunRecorder
from app.workers.signals import LiveRun
from app.workers.work_order import WorkOrder
from tests.cast import Cast
from tests.runs.flows import greeting
from tests.workers.test_sleeping import switch_on


@dataclass
class Hand:
    """A worker's hold on a run, which may long be lost."""

    order: WorkOrder
    live: LiveRun
    recorder: RunRecorder
    pauses: dict[str, Pause] = field(default_factory=dict)


@dataclass
class Seen:
    """What a run has come to so far, which only some changes may follow."""

    claim: int
    status: RunStatus
    finished_at: object


def agent_that_is_on(session: Session, cast: Cast) -> Agent:
    """One that other runs may run."""
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="G", graph=greeting())
    return switch_on(session, cast, agent)


def record(step_id: str, status: StepStatus) -> StepRecord:
    """What the engine would say of a step."""
    return StepRecord(step_id=step_id, step_type="run_agent", iteration="", status=status)
