"""Valkey is emptied and killed; no accepted run is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.factory import create_app
from app.lib import ids
from app.queue import Bell, LiveKeys
from app.runs.models import Run
from app.settings import Settings
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.faults.conftest import Service
from tests.faults.test_workers_die import is_under_way, slow_flow
from tests.runs.conftest import MakeAgent, OpenBrowser, StartRun
from tests.runs.flows import greeting
from tests.runs.house import House, Nursery, has_ended, until
from tests.valkey import Valkey
from tests.workers.test_sleeping import is_waiting, sleeping

FORM = "/w/harbour-pine/agents/greeter/runs/new"
START = "/w/harbour-pine/agents/greeter/runs"


def test_an_emptied_valkey_loses_nothing(
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
    valkey: Valkey,
    browser: OpenBrowser,
) -> None:
    running = start_run(slow_flow(make_agent, service, method="PUT"))
    house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, running))
    waiting = start_run(make_agent(greeting()), {"name": "Ada"})
    valkey.flush()
    page = f"/w/harbour-pine/runs/{running.id}"
    seen = f"{running.claim}.{running.seq}"
    asked = browser(running.starter).get(f"{page}/live?seen={seen}&at=9999999999")
    assert asked.status_code == 200  # a mark that is gone counts as changed

    service.go_on()
    until(lambda: has_ended(session, running) and has_ended(session, waiting))
    assert (running.answer, waiting.answer) == ("ok ok", "Hello Ada")
    assert service.calls == {"/first": 1, "/slow": 1}


@pytest.mark.usefixtures("agent")
def test_a_dead_valkey_delays_a_run_but_does_not_refuse_it(
    session: Session, settings: Settings, cast: Cast, nursery: Nursery, tmp_path: Path
) -> None:
    dead = replace(settings, redis_url=f"unix://{tmp_path}/nobody.sock")
    ben = Browser(sign_in(create_app(dead).test_client(), session, cast.ben))
    started = ben.send(FORM, START, in_name="Ada", mode="live")
    assert started.status_code == 303
    assert "begins by itself" in ben.get(started.location).text
    (run,) = session.scalars(select(Run)).all()
    with House(dead, nursery) as house:
        house.open_worker()
        until(lambda: has_ended(session, run))
    assert run.answer == "Hello Ada"


def test_a_worker_survives_its_valkey(
    session: Session,
    settings: Settings,
    nursery: Nursery,
    agent: Agent,
    start_run: StartRun,
) -> None:
    own = Valkey.start()
    with House(replace(settings, redis_url=own.url), nursery) as house:
        worker = house.open_worker()
        before = start_run(agent, {"name": "Ada"})
        assert Bell(own.url).ring()
        until(lambda: has_ended(session, before))
        own.process.kill()
        own.process.wait()
        after = start_run(agent, {"name": "Ben"})
        until(lambda: has_ended(session, after))
        assert house.workers == [worker]
    assert after.answer == "Hello Ben"


def test_nobody_is_told_of_a_dead_valkey_by_an_exception(tmp_path: Path) -> None:
    bell = Bell(f"unix://{tmp_path}/nobody.sock")
    assert not bell.ring()
    assert not Bell("").ring()
    for keys in (LiveKeys(bell.redis), LiveKeys(None)):
        keys.put_one(ids.new_id(), ids.new_id(), "1.1")
        assert keys.get(ids.new_id(), ids.new_id()) is None


def test_a_sleeping_run_needs_no_valkey_to_remember_it(
    session: Session,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    valkey: Valkey,
) -> None:
    run = start_run(make_agent(sleeping(4)))
    house.open_worker()
    until(lambda: is_waiting(session, run))
    valkey.flush()
    until(lambda: has_ended(session, run))
    assert run.answer == "Up again"


@pytest.mark.usefixtures("agent")
def test_fifty_megabytes_are_refused(browser: OpenBrowser, cast: Cast, session: Session) -> None:
    ben = browser(cast.ben)
    refused = ben.send(FORM, START, in_name="a" * 50_000_000, mode="live")
    assert refused.status_code in {413, 422}
    assert session.scalars(select(Run)).all() == []
