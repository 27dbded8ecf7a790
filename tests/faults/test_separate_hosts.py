"""Database, Valkey and two worker hosts, each on its own: one host is cut off and comes back."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import migrations
from app.engine.states import RunStatus
from app.runs.models import RunState, RunWait
from app.settings import Settings
from tests.faults.conftest import Service
from tests.faults.separate_hosts import Network
from tests.faults.test_workers_die import is_under_way, slow_flow
from tests.loopback import Loopback
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, Nursery, has_ended, until
from tests.throwaway_postgres import ThrowawayPostgres, server_programs
from tests.valkey import Valkey
from tests.workers.test_sleeping import sleeping

# A lease is half a minute, and so long it takes until the database gives up a silent host.
LONG_S = 110
pytestmark = [pytest.mark.hosts, pytest.mark.postgres, pytest.mark.xdist_group("hosts")]


@dataclass
class Hosts:
    """What runs where."""

    network: Network
    database: ThrowawayPostgres
    valkey: Valkey


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    """One host for the database, one for Valkey, two for workers."""
    if server_programs() is None:
        pytest.skip("no postgres: apt-get install postgresql")
    with ExitStack() as stack:
        network = stack.enter_context(Network())
        address = {name: network.add_host(name) for name in ("db", "bell", "one", "two")}
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


def test_a_host_that_was_cut_off_comes_back(
    hosts: Hosts,
    settings: Settings,
    session: Session,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    network = hosts.network
    settings = replace(settings, redis_url=hosts.valkey.url, private_hosts=(network.here,))
    with ExitStack() as stack:
        houses = {}
        for name in ("one", "two"):
            nursery = Nursery(*network.on(name))
            stack.callback(nursery.close)
            # Each host has its own folder; the keys are what they share.
            houses[name] = stack.enter_context(House(settings, nursery))
        cut = start_run(slow_flow(make_agent, service, method="PUT"))
        lost_worker = houses["one"].open_worker()
        until(lambda: service.calls["/slow"] and is_under_way(session, cut), within_s=LONG_S)
        network.cut_off("one")
        houses["two"].open_worker()
        # It wakes only when the other host has the turn to keep the timetable.
        asleep = start_run(make_agent(sleeping(3), "Asleep"))
        until(lambda: service.calls["/slow"] == 2, within_s=LONG_S)
        service.go_on()
        for run in (cut, asleep):
            until(lambda run=run: has_ended(session, run), within_s=LONG_S)
        before = (cut.seq, cut.claim, cut.finished_at)
        assert (cut.status, cut.answer, cut.claim) == (RunStatus.SUCCESS, "ok ok", 2)
        assert (asleep.status, asleep.answer) == (RunStatus.SUCCESS, "Up again")

        network.join_again("one")
        houses["one"].stop(lost_worker, within_s=LONG_S)
        session.rollback()
        session.refresh(cut)
        assert (cut.seq, cut.claim, cut.finished_at) == before
        assert len(set(service.keys("/slow"))) == 1
        assert session.scalars(select(RunState)).all() == []
        assert session.scalars(select(RunWait)).all() == []
