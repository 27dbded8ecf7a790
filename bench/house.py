"""The house as a whole: how fast it starts, what it holds when idle, what a run costs."""

import json
import os
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.states import RunStatus, TriggerType
from app.queue import Bell
from app.runs import starting
from app.runs.models import Run
from app.settings import Settings
from app.vault.keys import Keyring
from bench.engine import chain
from bench.process_costs import cpu_s, memory_mb
from tests.cast import Cast, assemble
from tests.ops.running_house import RunningHouse

UP = Path(__file__).resolve().parents[1] / "bin" / "up"
STEPS = 5
RUNS = 200
WARM_UP_RUNS = 40
SETTLE_S = 3.0
END_WITHIN_S = 120.0


def measure(data: Path) -> dict[str, float]:
    """Start times in s, idle memory in MB, CPU ms and rate of runs of five pure steps."""
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data)})
    first, cold_s = _start(data)
    engine = database.make_engine(settings.database_url)
    with database.session_factory(engine)() as session:
        agent, cast = _agent(session)
        first.stop()
        house, second_s = _start(data)
        time.sleep(SETTLE_S)  # what only starting needs is given back by then
        idle_mb = memory_mb(data)
        settings = Settings.from_environment(
            {"LAMPLIGHT_DATA": str(data), "REDIS_URL": valkey_address(data)}
        )
        _run_all(session, settings, agent, cast, count=WARM_UP_RUNS)
        cpu_ms, per_s = _cost(session, settings, agent, cast, data)
        house.stop()
    engine.dispose()
    return {
        "cold_start_s": cold_s,
        "second_start_s": second_s,
        "idle_memory_mb": idle_mb,
        "run_cpu_ms": cpu_ms,
        "runs_per_s": per_s,
    }


def _start(data: Path) -> tuple[RunningHouse, float]:
    began = time.monotonic()
    environ = dict(os.environ) | {"LAMPLIGHT_DATA": str(data)}
    environ.pop("REDIS_URL", None)
    house = RunningHouse([str(UP), "--port", "0", "--no-browser"], environ=environ, data=data)
    house.wait_until_ready()
    return house, time.monotonic() - began


def _agent(session: Session) -> tuple[Agent, Cast]:
    cast = assemble(session)
    with database.writing(session):
        agent = creation.create(
            session, cast.harbour, by=cast.ben, name="Adder", graph=chain(STEPS - 1)
        )
    return agent, cast


def _cost(
    session: Session, settings: Settings, agent: Agent, cast: Cast, data: Path
) -> tuple[float, float]:
    """CPU ms of one run from its acceptance to its end, and runs per second."""
    own, house, began = time.process_time(), cpu_s(data), time.monotonic()
    _run_all(session, settings, agent, cast, count=RUNS)
    seconds = time.monotonic() - began
    spent = cpu_s(data) - house + time.process_time() - own
    return spent * 1000 / RUNS, RUNS / seconds


def _run_all(session: Session, settings: Settings, agent: Agent, cast: Cast, *, count: int) -> None:
    keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
    bell = Bell(settings.redis_url)
    for number in range(count):
        begin = starting.Start(
            payload={"amount": number}, trigger_type=TriggerType.MANUAL, by=cast.ben
        )
        with database.writing(session):
            version = drafts.draft_of(session, agent)
            starting.start(session, keyring, agent=agent, version=version, begin=begin)
        bell.ring()
    deadline = time.monotonic() + END_WITHIN_S
    while _count(session, RunStatus.PENDING, RunStatus.RUNNING):
        if time.monotonic() > deadline:
            raise TimeoutError("The runs did not end.")
        time.sleep(0.05)
    if _count(session, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.WAITING):
        raise RuntimeError("Some runs did not succeed.")


def _count(session: Session, *statuses: RunStatus) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Run).where(Run.status.in_(statuses)))
    return found or 0


def valkey_address(data: Path) -> str:
    """Where the house's own Valkey listens."""
    noted = json.loads((data / "run" / "valkey.json").read_text())
    return f"unix://{noted['socket']}"
