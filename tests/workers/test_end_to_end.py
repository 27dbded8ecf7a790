"""A run from its start to its end, by a real worker process on a real database and Valkey."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.states import RunStatus, StepStatus
from app.queue import Bell
from app.runs.models import RunLog, RunNode, RunState
from app.settings import Settings
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import greeting
from tests.runs.house import House, has_ended, until


@on_both
def test_it_works(
    session: Session, settings: Settings, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    agent = make_agent(greeting())
    run = start_run(agent, {"name": "Ada"})
    assert Bell(settings.redis_url).ring()
    house.open_worker()
    until(lambda: has_ended(session, run))

    assert run.status is RunStatus.SUCCESS
    assert run.answer == "Hello Ada"
    assert (run.steps_done, run.steps_total) == (3, 3)
    assert (run.claim, run.owner, run.lease_until) == (1, None, None)
    nodes = session.scalars(select(RunNode).order_by(RunNode.started_at)).all()
    assert [node.status for node in nodes] == [StepStatus.SUCCESS] * 3
    assert nodes[1].output == {"greeting": "Hello Ada"}
    assert session.scalars(select(RunState)).all() == []
    lines = session.scalars(select(RunLog.text).order_by(RunLog.seq)).all()
    assert lines == ["Started by hand by Ben", "The run is done"]


def test_a_ring_that_got_lost_is_rung_again(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Ada"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert run.status is RunStatus.SUCCESS
