"""Callers wait for the answer of a flow while Valkey forgets everything, or dies."""

import json
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ports
from app.engine.graph import Graph
from app.engine.states import RunStatus
from app.runs.models import Run
from app.settings import Settings
from app.triggers.answer_wait import SEATS
from tests.cast import Cast
from tests.faults.conftest import Service
from tests.faults.web_process import WebProcess
from tests.runs.conftest import MakeAgent
from tests.runs.flows import http, in_a_row, step
from tests.runs.house import House, Nursery, until
from tests.triggers.conftest import triggers_of
from tests.valkey import Valkey
from tests.workers.test_sleeping import switch_on

CALLERS = 10  # more than may wait for long, fewer than a web process has threads
WAIT_S = 20
# What the start step allows, and a moment for the answer on its way.
LONGEST_S = WAIT_S + 2
LONG_S = 60


@dataclass(frozen=True)
class Heard:
    """What a caller got, and when."""

    order: int
    status: int
    body: str
    run: str
    after_s: float


def asking(service: Service) -> Graph:
    """Asks a slow service, and says what it said about the order."""
    reply = {"status": 201, "kind": "text", "headers": []}
    text = "{{ trigger.body.order }} is {{ steps.ask.body }}"
    return in_a_row(
        step("start", "start_webhook", {"answer": "flow", "wait_s": WAIT_S}),
        http("ask", service.url("/slow"), "PUT"),
        step("reply", "answer_webhook", {**reply, "text": text}),
    )


def call(address: str, order: int) -> Heard:
    """Deliver an order and wait for what comes back; an answer of any kind is one."""
    began = time.monotonic()
    said = json.dumps({"order": order}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"order-{order}"}
    request = urllib.request.Request(address, said, headers)  # noqa: S310  # our own
    with urllib.request.urlopen(request, timeout=60) as came:  # noqa: S310  # as above
        run = came.headers["X-Lamplight-Run"]
        return Heard(order, came.status, came.read().decode(), run, time.monotonic() - began)


@pytest.fixture
def own_valkey() -> Iterator[Valkey]:
    """A Valkey that may die."""
    valkey = Valkey.start()
    yield valkey
    valkey.process.kill()
    valkey.process.wait()


@pytest.mark.parametrize("misfortune", ["wiped", "killed"])
def test_each_caller_gets_an_answer(
    misfortune: str,
    session: Session,
    settings: Settings,
    cast: Cast,
    nursery: Nursery,
    own_valkey: Valkey,
    make_agent: MakeAgent,
    service: Service,
) -> None:
    ports.fill()
    agent = switch_on(session, cast, make_agent(asking(service), "Orders"))
    (trigger,) = triggers_of(session, agent)
    settings = replace(settings, redis_url=own_valkey.url)
    is_over = threading.Event()

    def wipe() -> None:
        while not is_over.wait(0.005):
            own_valkey.flush()

    wiper = threading.Thread(target=wipe)
    with WebProcess(settings) as web, House(settings, nursery) as house:
        house.open_worker()
        with ThreadPoolExecutor(CALLERS) as callers:
            address = f"{web.address}/hooks/{trigger.token}"
            heard = [callers.submit(call, address, order) for order in range(CALLERS)]
            until(lambda: service.calls["/slow"] == CALLERS, within_s=LONG_S)
            if misfortune == "killed":
                own_valkey.process.kill()
                own_valkey.process.wait()
            else:
                wiper.start()
            service.go_on()
            answers = [one.result() for one in heard]
        until(lambda: all_ended(session), within_s=LONG_S)
        is_over.set()
        if wiper.is_alive():
            wiper.join()
    for one in answers:
        assert one.after_s <= LONGEST_S, one
        # Who has no seat to wait in is told at once where to look.
        assert (one.status, one.body) == (201, f"{one.order} is ok") or (
            one.status == 202 and json.loads(one.body)["look"].endswith(f"/runs/{one.run}")
        ), one
    assert Counter(one.status for one in answers)[201] >= SEATS
    runs = session.scalars(select(Run)).all()
    assert {str(run.id) for run in runs} == {one.run for one in answers}
    assert {(run.status, run.claim) for run in runs} == {(RunStatus.SUCCESS, 1)}
    assert len(runs) == service.calls["/slow"] == CALLERS


def all_ended(session: Session) -> bool:
    """Whether every run has an end."""
    session.rollback()
    return all(status.is_final for status in session.scalars(select(Run.status)))
