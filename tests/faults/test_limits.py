"""Two workers keep the limits of agents and workspaces: never more at once, and all runs end."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.queue import Bell
from app.runs.models import Run
from app.workers import claims
from app.workers.choosing import Room
from tests.cast import Cast
from tests.databases import on_both
from tests.faults.conftest import Service
from tests.faults.test_workers_die import slow_flow
from tests.loopback import Received
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, has_ended, until

LONG_S = 60
ROOM = Room(chat=16, other=12)
CALL_S = 0.05  # so long the service takes, so that runs are beside each other


def take_a_moment(_request: Received) -> None:
    """What a service does that is neither quick nor slow."""
    threading.Event().wait(CALL_S)


def most_at_once(runs: list[Run]) -> int:
    """The most runs that went on at the same moment, by what is stored of their times."""
    moments: list[tuple[datetime, int]] = []
    for run in runs:
        assert run.started_at
        assert run.finished_at
        moments += [(run.started_at, 1), (run.finished_at, -1)]
    most = going = 0
    for _, change in sorted(moments):
        going += change
        most = max(most, going)
    return most


def end_all(session: Session, house: House, runs: list[Run]) -> None:
    """Let two workers do them all."""
    bell = Bell(house.settings.redis_url)
    for _ in range(2):
        house.open_worker()
        bell.ring()
    for run in runs:
        until(lambda run=run: has_ended(session, run), within_s=LONG_S)
    assert {(run.status, run.claim) for run in runs} == {(RunStatus.SUCCESS, 1)}
    if bell.redis:
        bell.redis.close()


@on_both
def test_the_limit_of_an_agent(
    session: Session, house: House, make_agent: MakeAgent, start_run: StartRun, service: Service
) -> None:
    service.on_call = take_a_moment
    service.go_on()
    agent = slow_flow(make_agent, service, method="PUT")
    with database.writing(session):
        agent.max_parallel = 3
    runs = [start_run(agent) for _ in range(30)]
    end_all(session, house, runs)
    assert most_at_once(runs) == 3
    assert service.calls == {"/first": 30, "/slow": 30}


@on_both
def test_the_limit_of_a_workspace(
    session: Session,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    service.on_call = take_a_moment
    service.go_on()
    agents = [slow_flow(make_agent, service, method="PUT") for _ in range(3)]
    with database.writing(session):
        cast.harbour.max_parallel = 4
        agents[0].max_parallel = 1
    runs = [start_run(agent) for _ in range(12) for agent in agents]
    end_all(session, house, runs)
    assert most_at_once(runs) == 4
    assert most_at_once([run for run in runs if run.agent_id == agents[0].id]) == 1
    assert service.calls == {"/first": 36, "/slow": 36}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
def test_a_run_that_wakes_while_another_is_claimed(
    engine: Engine, session: Session, agent: Agent, start_run: StartRun
) -> None:
    with database.writing(session):
        agent.max_parallel = 1
    older, newer = start_run(agent), start_run(agent)
    _set_status(session, older, RunStatus.WAITING)
    make, taken = database.session_factory(engine), []

    def claim() -> None:
        with make() as two, database.writing(two):
            taken.extend(claims.take(two, owner="two", room=ROOM)[0])

    with make() as one:
        with database.writing(one):
            taken.extend(claims.take(one, owner="one", room=ROOM)[0])
            _set_status(session, older, RunStatus.PENDING)  # it comes first, but it was too late
            other = threading.Thread(target=claim)
            other.start()
            until(lambda: not other.is_alive() or _waits_for_a_lock(session))
        other.join()
    assert [claim.run_id for claim in taken] == [newer.id]


def _set_status(session: Session, run: Run, status: RunStatus) -> None:
    with database.writing(session):
        session.execute(update(Run).where(Run.id == run.id).values(status=status))


def _waits_for_a_lock(session: Session) -> bool:
    session.rollback()
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return bool(session.scalar(text(f"{asked} AND datname = current_database()")))
