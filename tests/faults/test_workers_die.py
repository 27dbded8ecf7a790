"""Workers are killed, stopped and cut off in the middle of runs."""

import os
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

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
from tests.loopback import Received
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import answer, http, in_a_row, step
from tests.runs.house import House, has_ended, is_there, until


def slow_flow(make_agent: MakeAgent, service: Service, *, method: str) -> Agent:
    """Asks once, then waits for a slow service, then answers."""
    graph = in_a_row(
        step("start", "start_form", {"inputs": []}),
        http("first", service.url("/first")),
        http("second", service.url("/slow"), method, timeout_s=300),  # however slow this machine is
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


def freeze(session: Session, worker: int) -> None:
    """Stop a worker in the middle of a step, at a moment when it does not hold the database."""
    until(lambda: _is_frozen(session, worker))


def _is_frozen(session: Session, worker: int) -> bool:
    os.kill(worker, signal.SIGSTOP)
    until(lambda: _stands_still(worker))  # until then a thread may still take the database
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite":
        return True  # it locks rows of its own only
    with closing(sqlite3.connect(url.database or "", timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            os.kill(worker, signal.SIGCONT)
            return False
    return True


def _stands_still(worker: int) -> bool:
    """Whether the signal has reached every thread."""
    threads = Path(f"/proc/{worker}/task").glob("*/stat")
    return all(one.read_text().rpartition(") ")[2][0] == "T" for one in threads)


def let_lease_run_out(session: Session, run: Run) -> None:
    """As if half a minute had passed since the worker was last heard of."""
    with database.writing(session):
        session.execute(
            update(Run).where(Run.id == run.id).values(lease_until=clock.now() - timedelta(1))
        )


def everything_of(session: Session, run: Run) -> list[object]:
    """Every column of the run but its lease, of its steps and its log, as stored now."""
    session.rollback()
    table = Run.__table__
    columns = [column for column in table.c if column.name != "lease_until"]
    found: list[object] = [*session.execute(select(*columns).where(table.c.id == run.id))]
    for kept in (RunNode.__table__, RunLog.__table__):
        order = [*kept.primary_key.columns]
        found += session.execute(select(kept).where(kept.c.run_id == run.id).order_by(*order))
    return found


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


@on_both
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
    freeze(session, zombie)
    service.go_on()
    let_lease_run_out(session, run)
    house.open_worker()
    # The frozen worker keeps the timetable, and may take a ring with it.
    bell = Bell(settings.redis_url)
    until(lambda: bell.ring() and has_ended(session, run))
    before = everything_of(session, run)

    os.kill(zombie, signal.SIGCONT)
    house.stop(zombie)
    assert everything_of(session, run) == before
    assert session.scalars(select(RunState)).all() == []


@on_both
def test_a_worker_that_wakes_while_another_works_leaves_it_alone(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    second_may_end = threading.Event()

    def hold_second(request: Received) -> None:
        if service.calls["/slow"] == 2:
            second_may_end.wait(30)

    service.on_call = hold_second
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    zombie = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run))
    freeze(session, zombie)
    service.go_on()  # the answer waits in the frozen worker's socket
    let_lease_run_out(session, run)
    second = house.open_worker()
    bell = Bell(settings.redis_url)
    until(lambda: bell.ring() and service.calls["/slow"] == 2)
    until(lambda: not has_ended(session, run) and run.claim == 2)
    before = everything_of(session, run)

    os.kill(zombie, signal.SIGCONT)
    house.stop(zombie)  # it has its answer by now, and wants to record it
    # The second worker may renew its lease meanwhile, and do nothing else.
    assert everything_of(session, run) == before
    second_may_end.set()
    until(lambda: has_ended(session, run))
    assert (run.status, run.answer, run.claim) == (RunStatus.SUCCESS, "ok ok", 2)
    assert house.workers == [zombie, second]
    assert is_there(second)
    ends = session.scalars(select(RunLog.text).where(RunLog.text == "The run is done")).all()
    assert len(ends) == 1
    assert len(set(service.keys("/slow"))) == 1


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
