"""Runs that wait take no worker, and go on when the moment, the answer or the other run comes."""

import uuid
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.agents.surroundings import known_to
from app.engine.states import Reason, RunMode, RunStatus
from app.lib import clock
from app.runs import stopping, waits
from app.runs.models import Run, RunLog, RunState, RunWait
from app.settings import Settings
from app.vault.keys import Keyring
from app.versions import publication
from tests.cast import Cast
from tests.databases import on_both
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import Graph, answer, form, greeting, in_a_row, set_values, step
from tests.runs.house import House, has_ended, until


def is_waiting(session: Session, run: Run) -> bool:
    """Whether the run sleeps by now."""
    session.rollback()
    session.refresh(run)
    return run.status is RunStatus.WAITING


def switch_on(session: Session, cast: Cast, agent: Agent) -> Agent:
    """Publish the agent and switch it on."""
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
        session.refresh(agent)
        lifecycle.switch_on(session, agent, by=cast.ben)
    return agent


def calling(agent: Agent, *, waits: bool = True) -> Graph:
    """A flow that runs this agent and answers with what it said."""
    fields = {
        "agent": str(agent.id),
        "values": [{"name": "name", "value": "{{ trigger.name }}"}],
        "waits": waits,
    }
    said = answer("It said: {{ steps.call.answer }}")
    return in_a_row(form("name"), step("call", "run_agent", fields), said)


def sleeping(seconds: float) -> Graph:
    """A flow that waits."""
    return in_a_row(
        form("name", required=False),
        step("wait", "wait", {"how": "for", "amount": seconds, "unit": "seconds"}),
        answer("Up again"),
    )


@on_both
def test_a_waiting_run_wakes_by_itself(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(sleeping(8)))  # long enough to be seen on a busy machine
    house.open_worker()
    until(lambda: is_waiting(session, run))
    assert run.reason == Reason.DELAY
    assert run.wake_at is not None
    assert (run.owner, run.lease_until) == (None, None)
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer, run.wake_at) == (RunStatus.SUCCESS, "Up again", None)
    assert session.scalars(select(RunWait)).all() == []
    assert session.scalars(select(RunState)).all() == []
    assert "The run goes on" in session.scalars(select(RunLog.text)).all()


def test_a_sleeping_run_outlives_its_worker(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(sleeping(4)))
    first = house.open_worker()
    until(lambda: is_waiting(session, run))
    house.kill(first)
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.claim, run.released) == (RunStatus.SUCCESS, 2, 1)


def test_a_sleeping_run_can_be_cancelled(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(sleeping(600)))
    house.open_worker()
    until(lambda: is_waiting(session, run))
    with database.writing(session):
        assert stopping.cancel(session, session.get_one(Run, run.id), by=cast.olga)
    assert has_ended(session, run)
    assert session.scalars(select(RunWait)).all() == []


@on_both
def test_a_run_waits_for_the_answer_of_another_agent(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    greeter = switch_on(session, cast, make_agent(greeting()))
    run = start_run(make_agent(calling(greeter), name="Caller"), {"name": "Maria"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "It said: Hello Maria")
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    assert (child.agent_id, child.depth, child.status) == (greeter.id, 1, RunStatus.SUCCESS)


def test_what_fails_below_is_said_above(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    broken = in_a_row(form("name"), step("stop", "stop_with_error", {"sentence": "No more."}))
    below = switch_on(session, cast, make_agent(broken, name="Below"))
    run = start_run(make_agent(calling(below), name="Caller"), {"name": "Maria"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.error_message) == (RunStatus.FAILED, "“Below” failed: No more.")


def test_without_waiting_both_go_their_ways(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    below = switch_on(session, cast, make_agent(sleeping(600), name="Below"))
    run = start_run(make_agent(calling(below, waits=False), name="Caller"), {"name": "Maria"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert run.status is RunStatus.SUCCESS
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    until(lambda: is_waiting(session, child))


def test_cancelling_reaches_the_runs_below(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    below = switch_on(session, cast, make_agent(sleeping(600), name="Below"))
    run = start_run(make_agent(calling(below), name="Caller"), {"name": "Maria"})
    house.open_worker()
    until(lambda: is_waiting(session, run))
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    until(lambda: is_waiting(session, child))
    with database.writing(session):
        stopping.cancel(session, session.get_one(Run, run.id), by=cast.olga)
    assert has_ended(session, child)
    assert child.status is RunStatus.CANCELLED


def test_a_rehearsal_rehearses_the_runs_below(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    greeter = switch_on(session, cast, make_agent(greeting()))
    caller = make_agent(calling(greeter), name="Caller")
    run = start_run(caller, {"name": "Maria"}, mode=RunMode.REHEARSAL)
    house.open_worker()
    until(lambda: has_ended(session, run))
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    assert (run.status, child.mode) == (RunStatus.SUCCESS, RunMode.REHEARSAL)


def test_a_circle_of_agents_ends_in_words(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    agent = switch_on(session, cast, make_agent(greeting(), name="Circle"))
    graph = calling(switch_on(session, cast, make_agent(calling(agent), name="Back")))
    with database.writing(session):
        drafts.change(
            session, agent, by=cast.ben, expected_revision=1, command=lambda _before: graph
        )
        draft = drafts.draft_of(session, agent)
        wider = publication.compared_draft(session, agent, draft, known_to(session, agent)).wider
        confirmed = {touch.key for touch in wider}
        publication.publish(session, agent, by=cast.ben, expected_revision=2, confirmed=confirmed)
    run = start_run(agent, {"name": "Maria"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert run.error_message is not None
    assert "Do they call each other in a circle?" in run.error_message
    assert session.scalar(select(func.count()).select_from(Run)) == 6


def test_an_agent_that_is_off_is_not_called(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    off = make_agent(greeting(), name="Off")
    run = start_run(make_agent(calling(off), name="Caller"), {"name": "Maria"})
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert run.error_message == "“Off” is off. Switch it on, and run this again."


def test_the_first_reply_counts(
    session: Session, settings: Settings, make_agent: MakeAgent, start_run: StartRun
) -> None:
    run = start_run(make_agent(greeting()), {"name": "Maria"})
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    place = {"run_id": run.id, "node_id": "ask00000", "iteration": ""}
    with database.writing(session):
        assert not waits.reply(session, keyring, **place, value="nobody asked")
        session.add(
            RunWait(
                **place,
                workspace_id=run.workspace_id,
                created_at=clock.now(),
                reason=Reason.APPROVAL,
                detail=b"sealed",
            )
        )
        session.get_one(Run, run.id).status = RunStatus.WAITING
    with database.writing(session):
        assert waits.reply(session, keyring, **place, value="yes")
        assert not waits.reply(session, keyring, **place, value="no")
    session.refresh(run)
    assert run.status is RunStatus.PENDING


@pytest.mark.parametrize("whose", ["agent", "workspace"])
def test_no_more_runs_go_at_once_than_allowed(
    session: Session,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    whose: str,
) -> None:
    agent = make_agent(in_a_row(form("n", required=False), set_values("a", x="1"), answer("done")))
    with database.writing(session):
        limited = agent if whose == "agent" else cast.harbour
        limited.max_parallel = 1
    runs = [start_run(agent, {"n": str(uuid.uuid4())}) for _ in range(5)]
    house.open_worker()
    house.open_worker()
    until(lambda: all(has_ended(session, run) for run in runs))
    spans = sorted((run.started_at, run.finished_at) for run in runs)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
