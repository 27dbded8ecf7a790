"""Many runs wait at once: when all have ended, how long a second workspace waits, and memory."""

import time
from pathlib import Path

from sqlalchemy import select
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
from bench.flows import running_house, wait_until_idle
from bench.house import valkey_address
from bench.process_costs import memory_mb
from bench.slow_service import SlowService
from tests.cast import assemble

RUNS = 5_000
QUICK_RUNS = 500
AT_ONCE = 250  # accepted in one transaction
WARM_UP_RUNS = 500
WORKER = "app.commands worker"


def measure(data: Path, *, quick: bool) -> dict[str, float]:
    """Seconds until all queued runs have ended, seconds of the other's wait, MB of growth."""
    count = QUICK_RUNS if quick else RUNS
    with SlowService() as service, running_house(data, service) as (_house, session):
        cast = assemble(session)
        ring = Bell(valkey_address(data)).ring
        keyring = keyring_of(data, session)
        with database.writing(session):
            mine = creation.create(session, cast.harbour, by=cast.ben, name="A", graph=chain(2))
            theirs = creation.create(session, cast.elsewhere, by=cast.dan, name="B", graph=chain(2))
        accept(session, keyring, mine, WARM_UP_RUNS)
        ring()
        wait_until_idle(session)
        began = time.monotonic()
        accept(session, keyring, mine, count)
        (other,) = accept(session, keyring, theirs, 1)
        ring()
        wait_until_idle(session)
        queued_s = time.monotonic() - began
        other_s = _seconds_until_start(session, other)
        before_mb = memory_mb(data, only=WORKER)  # the databases' caches are full by now
        accept(session, keyring, mine, count)
        ring()
        wait_until_idle(session)
        refuse_failures(session)
        return {
            "queued_runs_s": queued_s,
            "other_workspace_wait_s": other_s,
            "worker_memory_growth_mb": memory_mb(data, only=WORKER) - before_mb,
        }


def keyring_of(data: Path, session: Session) -> Keyring:
    """What seals values of the installation at `data`."""
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data)})
    return Keyring.of(settings, database.session_factory(session.get_bind()))


def accept(session: Session, keyring: Keyring, agent: Agent, count: int) -> list[Run]:
    """Accept runs without ringing; workers find them when the sweeper looks."""
    made: list[Run] = []
    while len(made) < count:
        with database.writing(session):
            version = drafts.draft_of(session, agent)
            for number in range(min(AT_ONCE, count - len(made))):
                begin = starting.Start(payload={"amount": number}, trigger_type=TriggerType.MANUAL)
                made.append(
                    starting.start(session, keyring, agent=agent, version=version, begin=begin)
                )
    return made


def _seconds_until_start(session: Session, run: Run) -> float:
    session.refresh(run)
    if run.started_at is None:
        raise RuntimeError("The other workspace's run did not start.")
    return (run.started_at - run.created_at).total_seconds()


def refuse_failures(session: Session) -> None:
    """Raise RuntimeError unless every run succeeded."""
    bad = (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.WAITING)
    if session.scalars(select(Run.id).where(Run.status.in_(bad)).limit(1)).first():
        raise RuntimeError("Some runs did not succeed.")
