"""How an agent does, after 100,000 runs: the page of its figures, its own page, and home.

`.venv/bin/python -m bench.performance` prints these figures alone.
"""

import contextlib
import math
import random
import tempfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session
from werkzeug.test import create_environ

from app import database, migrations, ports
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus, TriggerType
from app.factory import create_app
from app.lib import clock, ids
from app.performance.keeping import Books
from app.runs.models import Lane, Run
from app.settings import Settings
from bench.engine import chain
from bench.pages import cookie_of_ben, cpu_ms
from tests.cast import Cast, assemble
from tests.valkey import Valkey

RUNS = 100_000
QUICK_RUNS = 5_000
FRESH = 20  # ended since the figures were kept last
DAYS = 90
AT_ONCE = 5_000
ROUNDS = 100
STEPS = 5


def measure(data: Path, *, quick: bool = False) -> dict[str, float]:
    """CPU ms (median) of these pages."""
    valkey = Valkey.start()
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data), "REDIS_URL": valkey.url})
    data.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database_url)
    engine = database.make_engine(settings.database_url)
    try:
        with database.session_factory(engine)() as session:
            cast = assemble(session)
            agent = _agent(session, cast)
            _fill(session, agent, QUICK_RUNS if quick else RUNS, newest=timedelta(minutes=10))
            Books(database.session_factory(engine), contextlib.nullcontext()).round()
            _fill(session, agent, FRESH, newest=timedelta(), oldest=timedelta(minutes=1))
            app = create_app(settings)
            home = "/w/harbour-pine/"
            cookie = {"Cookie": cookie_of_ben(app, session, home)}
            asked = {
                "page_performance_cpu_ms": f"{home}agents/{agent.slug}/performance",
                "page_agent_cpu_ms": f"{home}agents/{agent.slug}",
                "page_home_100000_cpu_ms": home,
            }
            return {
                name: cpu_ms(
                    app,
                    lambda _, at=address: create_environ(at, headers=cookie),  # type: ignore[misc]
                    rounds=ROUNDS,
                )
                for name, address in asked.items()
            }
    finally:
        engine.dispose()
        valkey.stop()


def _agent(session: Session, cast: Cast) -> Agent:
    ports.fill()
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="A", graph=chain(STEPS))
        drafts.draft_of(session, agent).flow_graph.freeze()
        agent.last_active = clock.now()
    return agent


def _fill(
    session: Session,
    agent: Agent,
    count: int,
    *,
    newest: timedelta,
    oldest: timedelta = timedelta(days=DAYS),
) -> None:
    draft = drafts.draft_of(session, agent)
    steps = [step.id for step in draft.flow_graph.graph.steps]
    rows = _rows(agent, draft.id, draft.flow_graph_id, steps, count, newest, oldest)
    while some := list(islice(rows, AT_ONCE)):
        with database.writing(session):
            session.execute(insert(Run), some)


def _rows(
    agent: Agent,
    version_id: uuid.UUID,
    graph_id: uuid.UUID,
    steps: list[str],
    count: int,
    newest: timedelta,
    oldest: timedelta,
) -> Iterator[dict[str, Any]]:
    """Runs as they began: most take some seconds, few take minutes, one of thirty fails."""
    dice, now = random.Random(7), clock.now()  # noqa: S311  # the same ones each time
    for number in range(count):
        began = now - oldest + (oldest - newest) * (number / count)
        took = timedelta(seconds=math.exp(dice.gauss(1.0, 1.5)))
        is_bad = dice.random() < 1 / 30
        run_id = uuid.UUID(int=ids.first_id_at(began).int | dice.getrandbits(60))
        yield {
            "id": run_id,
            "created_at": began,
            "workspace_id": agent.workspace_id,
            "agent_id": agent.id,
            "agent_version_id": version_id,
            "flow_graph_id": graph_id,
            "trigger_type": TriggerType.MANUAL,
            "mode": RunMode.LIVE,
            "lane": Lane.DEFAULT,
            "status": RunStatus.FAILED if is_bad else RunStatus.SUCCESS,
            "started_at": began,
            "finished_at": began + took,
            "cost": dice.randrange(20_000),
            "tokens": dice.randrange(4_000),
            "failed_node_id": dice.choice(steps) if is_bad else None,
            "error_message": "The service is away." if is_bad else None,
        }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ll-performance-") as folder:
        for name, figure in measure(Path(folder) / "data").items():
            print(f"  {name:<30}{figure:>10.2f}", flush=True)
