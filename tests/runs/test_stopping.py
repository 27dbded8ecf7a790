"""Cancelling a run: at once where nobody works on it, for good, and told by whom."""

from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus
from app.runs import stopping
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import greeting


@on_both
def test_a_run_that_nobody_works_on_ends_at_once(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    with database.writing(session):
        assert stopping.cancel(session, run, by=cast.olga)
    session.refresh(run)
    assert run.status is RunStatus.CANCELLED
    assert run.cancelled_by == cast.olga.id
    with database.writing(session):
        assert not stopping.cancel(session, run, by=cast.ada)
    assert run.cancelled_by == cast.olga.id


@on_both
def test_a_running_run_is_asked_to_stop(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    with database.writing(session):
        session.get_one(type(run), run.id).status = RunStatus.RUNNING
        session.flush()
        assert stopping.cancel(session, run, by=cast.olga)
    session.refresh(run)
    assert run.status is RunStatus.RUNNING
    assert run.cancel_requested is not None
    assert run.cancelled_by == cast.olga.id
