"""Mixed runs for a while, with workers killed in between: none is lost, and memory stays flat.

`LAMPLIGHT_SOAK_S` says for how long; without it, for as long as a test may take.
"""

import itertools
import os
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine.states import RunStatus
from app.queue import Bell
from app.runs.models import Run, RunState, RunWait
from app.settings import Settings
from tests.cast import Cast
from tests.faults.conftest import Service
from tests.faults.memory import pss_mb
from tests.faults.test_every_boundary import make_ten
from tests.faults.test_interrupted_waits import looping
from tests.runs.conftest import MakeAgent, StartRun
from tests.runs.flows import greeting
from tests.runs.house import House, until
from tests.workers.test_sleeping import calling, sleeping, switch_on

SOAK_S = float(os.environ.get("LAMPLIGHT_SOAK_S", "20"))
AT_ONCE = 12  # runs that have no end yet; more are started as these end
GROWTH = 1.2
LONG_S = 90


def live(session: Session) -> int:
    """How many runs have no end yet."""
    session.rollback()
    ended = [status for status in RunStatus if status.is_final]
    return session.scalar(select(func.count(Run.id)).where(Run.status.not_in(ended))) or 0


def mixed(session: Session, cast: Cast, make_agent: MakeAgent, service: Service) -> list[Agent]:
    """Pure, calling, looping, sleeping, and one that runs another."""
    greeter = switch_on(session, cast, make_agent(greeting()))
    return [
        greeter,
        make_ten(make_agent, service),
        make_agent(looping(service, at_once=4), "Loop"),
        make_agent(sleeping(3), "Asleep"),
        make_agent(calling(greeter), "Caller"),
    ]


def test_it_goes_on_and_on(
    session: Session,
    settings: Settings,
    cast: Cast,
    house: House,
    make_agent: MakeAgent,
    start_run: StartRun,
    service: Service,
) -> None:
    agents = itertools.cycle(mixed(session, cast, make_agent, service))
    workers = [house.open_worker(), house.open_worker()]
    bell = Bell(settings.redis_url)
    started = 0
    began = time.monotonic()
    warm_mb = 0.0
    cuts = [SOAK_S / 3, SOAK_S / 2]
    while (passed := time.monotonic() - began) < SOAK_S:
        until(lambda: live(session) < AT_ONCE, within_s=LONG_S)
        start_run(next(agents), {"name": "Ada"})
        started += 1
        bell.ring()
        if not warm_mb and passed > SOAK_S / 4:
            warm_mb = pss_mb(workers[0])
        if cuts and passed > cuts[0]:
            cuts.pop(0)
            house.kill(workers.pop())
            workers.append(house.open_worker())
    # Runs of killed workers wait for their leases: half a minute.
    until(lambda: live(session) == 0, within_s=LONG_S)
    assert pss_mb(workers[0]) <= warm_mb * GROWTH

    # A run below belongs to one that was started here.
    ours = session.scalar(select(func.count(Run.id)).where(Run.parent_run.is_(None)))
    assert ours == started
    assert set(session.scalars(select(Run.status))) == {RunStatus.SUCCESS}
    assert session.scalars(select(RunState)).all() == []
    assert session.scalars(select(RunWait)).all() == []
    if bell.redis:
        bell.redis.close()
