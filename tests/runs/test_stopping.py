"""Cancelling a run: at once where nobody works on it, for good, and told by whom."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import Reason, RunStatus, StepStatus
from app.runs import stopping
from app.runs.models import Run, RunNode, RunWait
from app.runs.stopping import Decision
from app.settings import Settings
from app.vault.keys import Keyring
from app.vault.run_values import RunValues
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


def _waiting_for(session: Session, keyring: Keyring, parent: Run, child: Run) -> None:
    """The parent's second step waits for the child."""
    values = RunValues(keyring, workspace_id=parent.workspace_id, run_id=parent.id)
    with database.writing(session):
        child.parent_run = parent.id
        parent.status, parent.reason = RunStatus.WAITING, Reason.AGENT
        session.add(
            RunWait(
                run_id=parent.id,
                workspace_id=parent.workspace_id,
                node_id="greet000",
                reason=Reason.AGENT,
                child_run=child.id,
                detail=values.seal_detail(None, step_id="greet000", iteration=""),
            )
        )


@on_both
def test_the_run_that_waits_hears_that_the_one_below_was_cancelled(
    session: Session, settings: Settings, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    parent = start_run(make_agent(greeting(), "Above"), {"name": "Maria"})
    child = start_run(make_agent(greeting(), "Below"), {"name": "Maria"})
    _waiting_for(session, keyring, parent, child)
    with database.writing(session):
        assert not stopping.tell_waiting(session, keyring, child)  # it has not ended
        stopping.cancel(session, child, by=cast.olga)
        assert stopping.tell_waiting(session, keyring, child)
        assert not stopping.tell_waiting(session, keyring, child)  # it has been told
    session.refresh(parent)
    assert parent.status is RunStatus.PENDING
    wait = session.get_one(RunWait, (parent.id, "greet000", ""))
    values = RunValues(keyring, workspace_id=parent.workspace_id, run_id=parent.id)
    assert wait.reply is not None
    assert values.open_reply(wait.reply, step_id="greet000", iteration="") == {
        "status": "cancelled",
        "answer": None,
        "error": None,
        "agent": "Below",
    }


@on_both
def test_a_run_that_nobody_waits_for_tells_nobody(
    session: Session, settings: Settings, cast: Cast, make_agent: MakeAgent, start_run: StartRun
) -> None:
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    with database.writing(session):
        stopping.cancel(session, run, by=cast.olga)
        assert not stopping.tell_waiting(session, keyring, run)
