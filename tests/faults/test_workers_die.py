"""Workers are killed, stopped and cut off in the middle of runs."""

import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import Reason, RunStatus, StepStatus
from app.lib import clock
from app.queue import Bell
from app.runs.models import Run, RunLog, RunNode, RunState
from app.settings import Settings
from app.workers.execution import POISON
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, http, in_a_row, step
from tests.runs.house import House, has_ended, until


def slow_flow(make_agent: MakeAgent, service: Service, *, method: str) -> Agent:
    """Asks once, then waits for a slow service, then answers."""
    graph = in_a_row(
        step("start", "start_form", {"inputs": []}),
        http("first", service.url("/first")),
        http("second", service.url("/slow"), method),
        answer("{{ steps.first.body }} {{ steps.second.body }}"),
    )
    return make_agent(graph, "Slow one")


def is_recorded(session: Session, run: Run, node_id: str, status: StepStatus) -> bool:
    """Whether the database has this step of the run with this status."""
    session.rollback()
    node = session.get(RunNode, (run.id, node_id, ""))
    return node is not None and node.status is status


def is_under_way(session: Session, run: Run) -> bool:
    """Whether the first step is done and the second one waits for its service."""
    return is_recorded(session, run, "first000", StepStatus.SUCCESS) and is_recorded(
        session, run, "second00", StepStatus.RUNNING
    )


def let_lease_run_out(session: Session, run: Run) -> None:
    """As if half a minute had passed since the worker was last heard of."""
    with database.writing(session):
        session.execute(
            update(Run).where(Run.id == run.id).values(lease_until=clock.now() - timedelta(1))
        )


@on_both
def test_a_killed_run_is_finished_once(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    first = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run))
    house.kill(first)
    assert session.scalars(select(RunState.node_id).order_by(RunState.node_id)).all() == [
        "",
        "first000",
        "start000",
    ]

    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer, run.claim) == (RunStatus.SUCCESS, "ok ok", 2)
    assert service.calls == {"/first": 1, "/slow": 2}
    assert len(set(service.keys("/slow"))) == 1
    assert session.scalars(select(RunState)).all() == []
    lines = session.scalars(select(RunLog.text).order_by(RunLog.seq)).all()
    assert "Another worker goes on with this run" in lines


def test_a_worker_that_was_cut_off_writes_nothing(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    zombie = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run))
    os.kill(zombie, signal.SIGSTOP)
    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    # The frozen worker keeps the timetable, and may take a ring with it.
    bell = Bell(settings.redis_url)
    until(lambda: bell.ring() and has_ended(session, run))
    before = (run.seq, run.claim, run.finished_at, run.owner)

    os.kill(zombie, signal.SIGCONT)
    house.stop(zombie)
    assert has_ended(session, run)
    assert (run.seq, run.claim, run.finished_at, run.owner) == before
    assert session.scalars(select(RunState)).all() == []


def test_a_stopped_worker_hands_over_at_its_next_step(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    first = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run))
    os.kill(first, signal.SIGTERM)
    house.open_worker()
    service.go_on()
    until(lambda: has_ended(session, run))
    assert (run.status, run.claim, run.released) == (RunStatus.SUCCESS, 2, 1)
    assert service.calls == {"/first": 1, "/slow": 1}


def test_the_third_claim_is_the_last(
    session: Session, house: House, agent: Agent, start_run: StartRun, browser: OpenBrowser
) -> None:
    run = start_run(agent, {"name": "Ada"})
    with database.writing(session):
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(claim=3, status=RunStatus.RUNNING, lease_until=clock.now() - timedelta(1))
        )
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert (run.status, run.reason, run.error_message) == (
        RunStatus.FAILED,
        Reason.POISON,
        POISON,
    )
    shown = browser(run.starter).get(f"/w/harbour-pine/runs/{run.id}").text
    assert "stopped its worker 3 times" in shown


def test_claims_given_back_in_good_order_do_not_count(
    session: Session, house: House, agent: Agent, start_run: StartRun
) -> None:
    run = start_run(agent, {"name": "Ada"})
    with database.writing(session):
        session.execute(
            update(Run)
            .where(Run.id == run.id)
            .values(
                claim=5,
                released=4,
                status=RunStatus.RUNNING,
                lease_until=clock.now() - timedelta(1),
            )
        )
    house.open_worker()
    until(lambda: has_ended(session, run))
    assert run.status is RunStatus.SUCCESS


@pytest.mark.parametrize(
    ("said", "calls", "answer_is"), [("again", 2, "ok ok"), ("done", 1, "ok ")]
)
def test_a_write_that_may_have_happened_asks_a_person(
    said: str,
    calls: int,
    answer_is: str,
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
    browser: OpenBrowser,
) -> None:
    run = start_run(slow_flow(make_agent, service, method="POST"))
    first = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run))
    house.kill(first)
    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    until(lambda: not has_ended(session, run) and run.status is RunStatus.WAITING)
    assert run.reason == Reason.NEEDS_YOU
    assert service.calls["/slow"] == 1

    ben = browser(run.starter)
    page = f"/w/harbour-pine/runs/{run.id}"
    assert "It was not done: send it again" in ben.get(page).text
    assert ben.send(page, f"{page}/decision", step=said).status_code == 303
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer) == (RunStatus.SUCCESS, answer_is)
    assert service.calls == {"/first": 1, "/slow": calls}
