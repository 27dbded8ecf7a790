"""Database, Valkey, pages and two worker hosts, each on its own; one is cut off and comes back."""

import shutil
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import migrations, ports
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import RunStatus
from app.lib.cipher import master_keys
from app.runs.models import Run, RunLog, RunNode, RunState, RunWait
from app.settings import Settings
from tests.cast import Cast
from tests.faults.conftest import Service
from tests.faults.separate_hosts import Network
from tests.faults.web_process import WebProcess
from tests.loopback import Loopback
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import answer, http, in_a_row, step
from tests.runs.house import House, Nursery, has_ended, until
from tests.throwaway_postgres import ThrowawayPostgres, server_programs
from tests.triggers.conftest import triggers_of
from tests.valkey import Valkey
from tests.workers.test_sleeping import sleeping, switch_on

# A lease is half a minute, and so long it takes until the database gives up a silent host.
LONG_S = 110
pytestmark = [pytest.mark.hosts, pytest.mark.postgres]


@dataclass
class Hosts:
    """What runs where."""

    network: Network
    database: ThrowawayPostgres
    valkey: Valkey


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    """One host for the database, one for Valkey, one for the pages, two for workers."""
    if server_programs() is None:
        pytest.skip("no postgres: apt-get install postgresql")
    with ExitStack() as stack:
        network = stack.enter_context(Network())
        address = {name: network.add_host(name) for name in ("db", "bell", "web", "one", "two")}
        database = stack.enter_context(
            ThrowawayPostgres(*network.on("db"), host=address["db"]),
        )
        migrations.upgrade(database.url)
        valkey = Valkey.start(*network.on("bell"), host=address["bell"])
        stack.callback(valkey.stop)
        yield Hosts(network, database, valkey)


@pytest.fixture
def database_url(hosts: Hosts) -> str:
    """The database's host."""
    return hosts.database.url


@pytest.fixture
def service(hosts: Hosts) -> Iterator[Service]:
    """A service that every host can reach."""
    service = Service()
    service.loopback = Loopback(service.loopback.say, address=hosts.network.here)
    with service.loopback:
        yield service
        service.go_on()


@pytest.fixture
def web(hosts: Hosts, settings: Settings, session: Session) -> Iterator[WebProcess]:
    """The pages, on a host of their own."""
    place = hosts.network.hosts["web"]
    with WebProcess(
        replace(settings, redis_url=hosts.valkey.url), *hosts.network.on("web"), host=place
    ) as web:
        yield web


@pytest.fixture
def houses(
    hosts: Hosts, settings: Settings, web: WebProcess, tmp_path: Path
) -> Iterator[dict[str, House]]:
    """A worker host each, with a folder of its own; the keys are what they share."""
    here = hosts.network.here
    master_keys(settings.data_dir / "keys" / "master.key")
    with ExitStack() as stack:
        found = {}
        for name in ("one", "two"):
            folder = tmp_path / name
            shutil.copytree(settings.data_dir / "keys", folder / "keys")
            own = replace(
                settings, data_dir=folder, redis_url=hosts.valkey.url, private_hosts=(here,)
            )
            nursery = Nursery(*hosts.network.on(name))
            stack.callback(nursery.close)
            found[name] = stack.enter_context(House(own, nursery))
        yield found


def test_a_host_that_was_cut_off_comes_back(
    hosts: Hosts,
    session: Session,
    cast: Cast,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
    web: WebProcess,
    houses: dict[str, House],
) -> None:
    ports.fill()
    agent = switch_on(session, cast, make_agent(called(service), "Orders"))
    (trigger,) = triggers_of(session, agent)
    address = f"{web.address}/hooks/{trigger.token}"
    lost_worker = houses["one"].open_worker()
    deliver(address, range(8))  # all of them go to the first host
    until(lambda: service.calls["/slow"] == 8, within_s=LONG_S)
    other_worker = houses["two"].open_worker()
    # It wakes only when the other host has the turn to keep the timetable.
    asleep = start_run(make_agent(sleeping(3), "Asleep"))
    hosts.network.cut_off("one")
    deliver(address, range(8, 14))  # the pages do not notice
    until(lambda: service.calls["/slow"] >= 14, within_s=LONG_S)
    service.go_on()
    until(lambda: has_ended(session, asleep), within_s=LONG_S)
    until(lambda: len(ended(session, agent)) == 14, within_s=LONG_S)
    before = everything(session)

    hosts.network.join_again("one")
    # What it wanted to record of the runs that it has lost comes to nothing. It works again:
    houses["two"].stop(other_worker, within_s=LONG_S)
    assert everything(session) == before
    deliver(address, range(14, 18))
    until(lambda: len(ended(session, agent)) == 18, within_s=LONG_S)
    houses["one"].stop(lost_worker, within_s=LONG_S)

    runs = ended(session, agent)
    assert Counter(run.claim for run in runs) == {1: 10, 2: 8}
    assert {(run.status, run.answer) for run in runs} == {(RunStatus.SUCCESS, "ok ok")}
    said = session.scalars(select(RunLog.run_id).where(RunLog.text == "The run is done"))
    assert Counter(said) == {run.id: 1 for run in (*runs, asleep)}
    assert len(set(service.keys("/slow"))) == 18
    assert session.scalars(select(RunState)).all() == []
    assert session.scalars(select(RunWait)).all() == []


def called(service: Service) -> Graph:
    """Begins when it is called, asks once, then waits for a slow service."""
    return in_a_row(
        step("start", "start_webhook", {"answer": "at_once"}),
        http("first", service.url("/first")),
        http("second", service.url("/slow"), "PUT"),
        answer("{{ steps.first.body }} {{ steps.second.body }}"),
    )


def deliver(address: str, orders: range) -> None:
    """Deliver these orders, each twice; the second changes nothing."""
    for order in (*orders, *orders):
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"order-{order}"}
        call = urllib.request.Request(address, b"{}", headers)  # noqa: S310  # our own
        with urllib.request.urlopen(call, timeout=30) as came:  # noqa: S310  # as above
            assert came.status == 202


def ended(session: Session, agent: Agent) -> list[Run]:
    """The runs of this agent that have an end, oldest first."""
    session.rollback()
    runs = session.scalars(select(Run).where(Run.agent_id == agent.id).order_by(Run.id)).all()
    for run in runs:
        session.refresh(run)
    return [run for run in runs if run.status.is_final]


def everything(session: Session) -> list[object]:
    """Every run with its steps and its log, as stored now."""
    session.rollback()
    found: list[object] = []
    for table in (Run.__table__, RunNode.__table__, RunLog.__table__):
        found += session.execute(select(table).order_by(*table.primary_key.columns))
    return found
