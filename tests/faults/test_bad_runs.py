"""Runs that kill their worker, that ask for too much, and workers that are told to stop."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.engine.states import Reason, RunStatus
from app.runs.models import Lane, Run, RunNode
from app.workers.drain import THREADS, THREADS_FOR_CHAT
from app.workers.execution import POISON
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.faults.memory import pss_mb
from tests.faults.test_every_boundary import make_ten
from tests.faults.test_interrupted_waits import looping
from tests.faults.test_workers_die import let_lease_run_out, slow_flow
from tests.loopback import Received
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, form, greeting, in_a_row, step
from tests.runs.house import House, has_ended, is_there, until
from tests.workers.test_sleeping import is_waiting, sleeping

LONG_S = 60
STOP_S = 10


@on_both
def test_a_run_that_kills_its_worker_each_time_ends(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    def cut(request: Received) -> None:
        if request.path == "/one":
            for worker in house.workers:
                if is_there(worker):
                    os.kill(worker, signal.SIGKILL)

    service.on_call = cut
    run = start_run(make_ten(make_agent, service))
    for _ in range(3):
        worker = house.open_worker()
        until(lambda worker=worker: not is_there(worker), within_s=LONG_S)
        let_lease_run_out(session, run)
    house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.reason, run.error_message) == (
        RunStatus.FAILED,
        Reason.POISON,
        POISON,
    )
    assert service.calls["/one"] == 3
    assert len(set(service.keys("/one"))) == 1


def _in_a_slow_step(make_agent: MakeAgent, start: StartRun, service: Service) -> Run:
    return start(slow_flow(make_agent, service, method="PUT"))


def _in_a_loop(make_agent: MakeAgent, start: StartRun, service: Service) -> Run:
    def slow_down(request: Received) -> None:
        if request.path == "/put/5":
            service.gate.wait(30)

    service.on_call = slow_down
    return start(make_agent(looping(service, at_once=2)))


def _in_a_wait(make_agent: MakeAgent, start: StartRun, service: Service) -> Run:
    return start(make_agent(sleeping(5), "Asleep"))


@pytest.mark.parametrize("make", [_in_a_slow_step, _in_a_loop, _in_a_wait])
def test_a_worker_stops_in_time_and_another_goes_on(
    make: Callable[..., Run],
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    run = make(make_agent, start_run, service)
    first = house.open_worker()
    until(
        lambda: service.calls["/slow"] or service.calls["/put/5"] or is_waiting(session, run),
        within_s=LONG_S,
    )
    house.stop(first, within_s=STOP_S)
    service.go_on()
    house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.claim, run.released) == (RunStatus.SUCCESS, 2, 1)


def test_a_worker_full_of_runs_that_wait_stops_in_time(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    agent = slow_flow(make_agent, service, method="PUT")
    # A worker keeps a few places for chat.
    lanes = [Lane.DEFAULT] * (THREADS - THREADS_FOR_CHAT) + [Lane.CHAT] * THREADS_FOR_CHAT
    runs = [start_run(agent, lane=lane) for lane in lanes]
    first = house.open_worker()
    until(lambda: service.calls["/slow"] == len(runs) == 16, within_s=LONG_S)
    house.stop(first, within_s=STOP_S)
    assert {(run.status, run.owner) for run in read_again(session, runs)} == {
        (RunStatus.RUNNING, None)  # given back, each in good order
    }
    service.go_on()
    house.open_worker()
    for run in runs:
        until(lambda run=run: has_ended(session, run), within_s=LONG_S)
    assert {(run.status, run.answer, run.claim, run.released) for run in runs} == {
        (RunStatus.SUCCESS, "ok ok", 2, 1)
    }
    assert service.calls == {"/first": 16, "/slow": 32}
    assert set(Counter(service.keys("/slow")).values()) == {2}, "each again under its own key"


def read_again(session: Session, runs: list[Run]) -> list[Run]:
    """The same runs as they are stored by now."""
    session.rollback()
    for run in runs:
        session.refresh(run)
    return runs


def test_five_hundred_runs_do_not_keep_one_waiting(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    mine = make_agent(greeting())
    with database.writing(session):
        theirs = creation.create(
            session, cast.elsewhere, by=cast.dan, name="Theirs", graph=greeting()
        )
    crowd = [start_run(mine, {"name": "Ada"}).id for _ in range(500)]
    single = start_run(theirs, {"name": "Dan"}, by=cast.dan)
    house.open_worker()
    until(lambda: has_ended(session, single), within_s=LONG_S)
    assert single.started_at is not None
    before = session.scalars(
        select(Run.id).where(Run.started_at < single.started_at, Run.id.in_(crowd))
    ).all()
    assert len(before) <= 16  # at most the very first armful


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([1] * 20_000, "20,000 items"),
        ("a text", "must be a list"),
        ({"a": 1}, "must be a list"),
    ],
    ids=["too many", "text", "group"],
)
def test_a_loop_over_what_it_cannot_take_ends_in_words(
    items: object,
    words: str,
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    flow = in_a_row(
        form("name", required=False),
        step("each", "for_each", {"items": items}),
        answer("done"),
    )
    inside = step("said", "set_values", {"values": [{"name": "a", "value": "{{ item }}"}]})
    graph = replace(flow, steps=(*flow.steps, replace(inside, parent="each0000")))
    run = start_run(make_agent(graph))
    worker = house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert run.status is RunStatus.FAILED
    assert words in (run.error_message or "")
    assert session.scalars(select(RunNode).where(RunNode.node_id == "said0000")).all() == []
    assert is_there(worker)


def test_a_million_items_end_in_words_and_little_memory(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    flow = in_a_row(
        form("name", required=False),
        step("make", "code", {"code": "list(range(1_000_000))"}),
        step("each", "for_each", {"items": "{{ steps.make.result }}"}),
        answer("done"),
    )
    inside = step("said", "set_values", {"values": [{"name": "a", "value": "{{ item }}"}]})
    graph = replace(flow, steps=(*flow.steps, replace(inside, parent="each0000")))
    worker = house.open_worker()
    before = start_run(make_agent(greeting()), {"name": "Ada"})
    until(lambda: has_ended(session, before), within_s=LONG_S)
    quiet_mb = pss_mb(worker)
    run = start_run(make_agent(graph, "Million"))
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert run.status is RunStatus.FAILED
    assert run.error_message
    assert "fault" not in run.error_message
    assert pss_mb(worker) - quiet_mb <= 30
