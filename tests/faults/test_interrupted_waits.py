"""Workers die in the middle of a loop, and while a run waits for another run or for a person."""

import os
import signal
from collections import Counter
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunStatus, StepStatus
from app.queue import Bell
from app.runs import stopping, waits
from app.runs.models import Run, RunNode, RunState, RunWait
from app.settings import Settings
from app.vault.keys import Keyring
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.faults.test_workers_die import let_lease_run_out
from tests.loopback import Received
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import Graph, answer, http, in_a_row, step
from tests.runs.house import House, has_ended, is_there, until
from tests.workers.test_sleeping import calling, is_waiting, sleeping, switch_on

LONG_S = 60
ITEMS = 20


def looping(service: Service, *, at_once: int) -> Graph:
    """Writes once for each of twenty items."""
    listed = [f"{number}" for number in range(ITEMS)]
    each = {"items": listed, "at_once": at_once, "collect": "{{ steps.put.status }}"}
    flow = in_a_row(
        step("start", "start_form", {"inputs": []}),
        step("each", "for_each", each),
        answer("{{ steps.each.count }}"),
    )
    inside = http("put", service.url("/put/{{ item }}"), "PUT")
    return replace(flow, steps=(*flow.steps, replace(inside, parent="each0000")))


@on_both
def test_a_loop_goes_on_at_the_item_it_was_at(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    workers: list[int] = []

    def cut(request: Received) -> None:
        if request.path == "/put/11" and len(workers) == 1:
            os.kill(workers[0], signal.SIGKILL)

    service.on_call = cut
    run = start_run(make_agent(looping(service, at_once=3)))
    workers.append(first := house.open_worker())
    until(lambda: not is_there(first), within_s=LONG_S)
    let_lease_run_out(session, run)
    workers.append(house.open_worker())
    until(lambda: has_ended(session, run), within_s=LONG_S)

    assert (run.status, run.answer) == (RunStatus.SUCCESS, "20")
    rows = session.execute(
        select(RunNode.iteration, RunNode.status).where(RunNode.node_id == "put00000")
    ).all()
    assert Counter(status for _, status in rows) == {StepStatus.SUCCESS: ITEMS}
    assert {path for path, _ in rows} == {str(number) for number in range(ITEMS)}
    keys: dict[str, set[str]] = {}
    for call in service.loopback.received:
        keys.setdefault(call.path, set()).add(call.headers["idempotency-key"])
    assert {len(one) for one in keys.values()} == {1}
    assert ITEMS < len(service.loopback.received) <= ITEMS + 3  # at most what was under way
    assert session.scalars(select(RunState)).all() == []


@on_both
def test_a_run_waits_for_another_whose_worker_dies(
    session: Session,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    slow = in_a_row(
        step("start", "start_form", {"inputs": []}),
        http("slow", service.url("/slow"), "PUT"),
        answer("{{ steps.slow.body }}"),
    )
    below = switch_on(session, cast, make_agent(slow, "Below"))
    run = start_run(make_agent(calling(below), "Above"), {"name": "Ada"})
    first = house.open_worker()
    until(lambda: is_waiting(session, run) and service.calls["/slow"], within_s=LONG_S)
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    house.kill(first)
    service.go_on()
    let_lease_run_out(session, child)
    house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.answer) == (RunStatus.SUCCESS, "It said: ok")
    assert has_ended(session, child)
    assert len(set(service.keys("/slow"))) == 1
    assert session.scalar(select(func.count()).select_from(Run)) == 2
    assert session.scalars(select(RunWait)).all() == []


def test_a_run_goes_on_when_the_one_below_is_cancelled(
    session: Session, cast: Cast, house: House, make_agent: MakeAgent, start_run: StartRun
) -> None:
    below = switch_on(session, cast, make_agent(sleeping(600), "Below"))
    run = start_run(make_agent(calling(below), "Above"), {"name": "Ada"})
    house.open_worker()
    until(lambda: is_waiting(session, run), within_s=LONG_S)
    child = session.scalars(select(Run).where(Run.parent_run == run.id)).one()
    until(lambda: is_waiting(session, child), within_s=LONG_S)
    with database.writing(session):
        stopping.cancel(session, session.get_one(Run, child.id), by=cast.olga)
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.error_message) == (RunStatus.FAILED, "“Below” was cancelled.")


@on_both
def test_an_answer_comes_while_no_worker_lives(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
) -> None:
    ask = step("ask", "ask_person", {"title": "May it go out?", "kind": "approval"})
    flow = in_a_row(step("start", "start_form", {"inputs": []}), ask, answer("Sent"))
    links = tuple(
        replace(link, source_port="approved") if link.source == "ask00000" else link
        for link in flow.links
    )
    run = start_run(make_agent(replace(flow, links=links)))
    first = house.open_worker()
    until(lambda: is_waiting(session, run), within_s=LONG_S)
    house.kill(first)
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    with database.writing(session):
        assert waits.reply(
            session,
            keyring,
            run_id=run.id,
            node_id="ask00000",
            iteration="",
            value={"verdict": "approve", "by": "Olga"},
        )
    house.open_worker()
    bell = Bell(settings.redis_url)
    until(lambda: bell.ring() and has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.answer, run.released) == (RunStatus.SUCCESS, "Sent", 1)
    if bell.redis:
        bell.redis.close()
