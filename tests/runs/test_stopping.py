"""Cancelling a run: at once where nobody works on it, for good, and told by whom."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import Reason, RunStatus, StepStatus
from app.runs import stopping
from app.runs.models import Run, RunNode, RunWait
from app.runs.stopping import Decision
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


def _interrupted(session: Session, run: Run) -> None:
    """The run waits for a person: its second step was cut off while it was sending."""
    with database.writing(session):
        run.status, run.reason, run.failed_node_id = RunStatus.WAITING, Reason.NEEDS_YOU, "greet000"
        for step_id in ("greet000", "answer00"):
            session.add(
                RunNode(
                    run_id=run.id,
                    workspace_id=run.workspace_id,
                    node_id=step_id,
                    node_type="set_values",
                    status=StepStatus.WAITING,
                )
            )
        session.add(
            RunWait(
                run_id=run.id,
                workspace_id=run.workspace_id,
                node_id="answer00",
                reason=Reason.APPROVAL,
                detail=b"",
            )
        )


@on_both
def test_a_run_that_needs_somebody_is_stopped(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    _interrupted(session, run)
    with database.writing(session):
        assert stopping.decide(session, run, by=cast.olga, decision=Decision.STOP)
    assert run.status is RunStatus.FAILED
    said = "Olga stopped it, because it was not known whether “Greet” had been sent."
    assert run.error_message == said
    steps = session.scalars(select(RunNode).order_by(RunNode.node_id.desc())).all()
    assert [one.status for one in steps] == [StepStatus.FAILED, StepStatus.CANCELLED]
    assert steps[0].error_message == said
    with database.writing(session):
        assert not stopping.decide(session, run, by=cast.olga, decision=Decision.AGAIN)


@on_both
def test_a_decision_is_about_the_interrupted_step_only(
    session: Session, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    _interrupted(session, run)
    with database.writing(session):
        assert stopping.decide(session, run, by=cast.olga, decision=Decision.DONE)
    steps = session.scalars(select(RunNode).order_by(RunNode.node_id.desc())).all()
    assert [one.status for one in steps] == [StepStatus.SUCCESS, StepStatus.WAITING]
    assert run.status is RunStatus.PENDING
