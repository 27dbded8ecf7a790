"""The clock of the workers is moved by two hours, forward and back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ports
from app.engine.states import RunStatus, TriggerType
from app.lib import clock
from app.runs.models import Run
from app.settings import Settings
from app.triggers.schedule_models import ScheduleFire
from tests.cast import Cast
from tests.faults.conftest import Service
from tests.faults.moved_clock import LIBRARY, MovedClock
from tests.faults.test_workers_die import is_under_way, slow_flow
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.house import House, Nursery, has_ended, until
from tests.triggers.flows import scheduled
from tests.workers.test_sleeping import is_waiting, sleeping, switch_on

HOURS = timedelta(hours=2)
LONG_S = 60
pytestmark = pytest.mark.clock


@pytest.fixture
def moved(tmp_path: Path) -> MovedClock:
    """The workers' clock, right for now."""
    assert LIBRARY
    return MovedClock(tmp_path / "clock")


@pytest.fixture
def house(settings: Settings, moved: MovedClock) -> Iterator[House]:
    """Workers that live by that clock."""
    nursery = Nursery(environ=moved.environ)
    with House(settings, nursery) as house:
        yield house
    nursery.close()


def by_schedule(session: Session) -> list[Run]:
    session.rollback()
    return list(session.scalars(select(Run).where(Run.trigger_type == TriggerType.SCHEDULE)))


def fires(session: Session) -> list[ScheduleFire]:
    session.rollback()
    return list(session.scalars(select(ScheduleFire).order_by(ScheduleFire.due)))


def lease_of(session: Session, run: Run) -> datetime:
    session.rollback()
    session.refresh(run)
    assert run.lease_until is not None
    return run.lease_until


def test_two_hours_forward_and_back(
    session: Session,
    cast: Cast,
    moved: MovedClock,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    ports.fill()
    every_ten = {"every": "minutes", "count": 10}
    switch_on(session, cast, make_agent(scheduled(every_ten), "Every ten minutes"))
    asleep = start_run(make_agent(sleeping(3_600), "Asleep"))
    slow = start_run(slow_flow(make_agent, service, method="POST"))
    house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, slow), within_s=LONG_S)
    until(lambda: is_waiting(session, asleep), within_s=LONG_S)
    already = len(by_schedule(session))  # ten minutes may just have been full

    moved.move(HOURS)
    until(lambda: has_ended(session, asleep), within_s=LONG_S)
    assert (asleep.status, asleep.answer) == (RunStatus.SUCCESS, "Up again")
    until(lambda: len(by_schedule(session)) > already, within_s=LONG_S)
    made_up = fires(session)[-1]
    assert 10 <= made_up.missed <= 12
    assert len(by_schedule(session)) == already + 1

    moved.move(timedelta())
    # Its worker has heard of it once it holds on to the run that is under way by the true time.
    until(lambda: lease_of(session, slow) < clock.now() + HOURS / 2, within_s=LONG_S)
    after = start_run(make_agent(sleeping(1), "After"))
    until(lambda: has_ended(session, after), within_s=LONG_S)
    assert len(by_schedule(session)) == already + 1  # those times were made up for

    service.go_on()
    until(lambda: has_ended(session, slow), within_s=LONG_S)
    # What cannot be repeated was under way all the time, and its worker kept it.
    assert (slow.status, slow.answer, slow.claim) == (RunStatus.SUCCESS, "ok ok", 1)
    assert service.calls == {"/first": 1, "/slow": 1}


def test_a_lease_from_the_future_holds_nothing_up(
    session: Session,
    moved: MovedClock,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    moved.move(HOURS)
    run = start_run(slow_flow(make_agent, service, method="PUT"))
    first = house.open_worker()
    until(lambda: service.calls["/slow"] and is_under_way(session, run), within_s=LONG_S)
    house.kill(first)
    moved.move(timedelta())
    service.go_on()
    house.open_worker()
    until(lambda: has_ended(session, run), within_s=LONG_S)
    assert (run.status, run.answer, run.claim) == (RunStatus.SUCCESS, "ok ok", 2)
    assert len(set(service.keys("/slow"))) == 1
