"""PostgreSQL is restarted under runs; SQLite is locked for ten seconds by somebody else."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import migrations
from app.engine.states import RunStatus
from app.runs.models import Run
from app.settings import Settings
from tests.faults.conftest import Service
from tests.faults.test_workers_die import is_under_way, slow_flow
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, has_ended, until
from tests.throwaway_postgres import ThrowawayPostgres, server_programs
from tests.workers.test_sleeping import is_waiting, sleeping

LONG_S = 60


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[ThrowawayPostgres]:
    """A server of the test's own, with the product's tables."""
    if server_programs() is None:
        pytest.skip("no postgres: apt-get install postgresql")
    with ThrowawayPostgres() as server:
        migrations.upgrade(server.url)
        yield server


class TestPostgresql:
    """On a server that is stopped and started in the middle."""

    @pytest.fixture
    def database_url(self, server: ThrowawayPostgres) -> str:
        """The server's own first database."""
        return server.url

    def test_runs_outlive_a_restart(
        self,
        session: Session,
        server: ThrowawayPostgres,
        house: House,
        make_agent: MakeAgent,
        start_run: StartRun,
        service: Service,
    ) -> None:
        slow = start_run(slow_flow(make_agent, service, method="PUT"))
        asleep = start_run(make_agent(sleeping(8), "Asleep"))
        worker = house.open_worker()
        until(lambda: service.calls["/slow"] and is_under_way(session, slow), within_s=LONG_S)
        until(lambda: is_waiting(session, asleep), within_s=LONG_S)
        session.rollback()
        server.restart()
        service.go_on()
        for run in (slow, asleep):
            until(lambda run=run: _has_ended(session, run), within_s=LONG_S)
        assert (slow.status, slow.answer) == (RunStatus.SUCCESS, "ok ok")
        assert (asleep.status, asleep.answer) == (RunStatus.SUCCESS, "Up again")
        assert service.calls == {"/first": 1, "/slow": 1}
        assert house.workers == [worker]


def _has_ended(session: Session, run: Run) -> bool:
    """As `has_ended`; our own connection was cut as well."""
    try:
        return has_ended(session, run)
    except OperationalError:
        session.invalidate()
        return False


def test_ten_seconds_of_a_locked_file_lose_nothing(
    session: Session,
    settings: Settings,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run), within_s=LONG_S)
    session.rollback()
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    somebody = sqlite3.connect(file, isolation_level=None)
    somebody.execute("BEGIN IMMEDIATE")
    service.go_on()
    time.sleep(11)  # longer than a connection waits for its turn: that is what is tested
    assert not has_ended(session, run)
    somebody.execute("ROLLBACK")
    somebody.close()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.answer, run.claim) == (RunStatus.SUCCESS, "ok ok", 1)
    assert service.calls == {"/first": 1, "/slow": 1}
