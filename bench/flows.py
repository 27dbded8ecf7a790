"""Flows called over their webhooks: CPU of every process, time for one caller, bytes kept.

F1: webhook, set values, answer. F2: webhook, set values, if, HTTP request to a server here, set
values, answer. F3: webhook, 100 items with one step each, answer.
"""

import os
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, lifecycle
from app.engine.graph import Graph, Link, Step
from app.engine.states import RunStatus
from app.engine.values import Json
from app.runs.models import Run
from app.settings import Settings
from app.triggers import sync
from app.triggers.models import Trigger
from app.versions import publication
from bench.process_costs import cpu_s, memory_mb
from bench.slow_service import SlowService
from tests.cast import Cast, assemble
from tests.ops.running_house import RunningHouse

UP = Path(__file__).resolve().parents[1] / "bin" / "up"
CALLS = 200
WARM_UP_CALLS = 60
CALLERS = 50
WAITING_RUNS = 200
ITEMS = 100
END_WITHIN_S = 120.0
SETTLE_S = 2.0


def measure(data: Path) -> dict[str, float]:
    """CPU ms per execution of F1–F3, p50 ms and bytes of F2, start delay, waiting runs."""
    with SlowService() as service, running_house(data, service) as (house, session):
        cast = assemble(session)
        figures: dict[str, float] = {}
        flows = {"f1": _f1(), "f2": _f2(service.address), "f3": _f3()}
        for name, graph in flows.items():
            figures |= _calls(session, cast, house, data, name=name, graph=graph)
        figures |= _many_callers(session, cast, house)
        figures |= _waiting(session, cast, house, service)
        figures["worker_memory_mb"] = memory_mb(data)
        return figures


@contextmanager
def running_house(data: Path, service: SlowService) -> Iterator[tuple[RunningHouse, Session]]:
    """A running installation that may call the service, and a session of its database."""
    environ = dict(os.environ) | {
        "LAMPLIGHT_DATA": str(data),
        "LAMPLIGHT_PRIVATE_HOSTS": urlsplit(service.address).netloc,
        "LAMPLIGHT_HOOKS_PER_MINUTE": "0",
    }
    environ.pop("REDIS_URL", None)
    house = RunningHouse([str(UP), "--port", "0", "--no-browser"], environ=environ, data=data)
    house.wait_until_ready()
    settings = Settings.from_environment({"LAMPLIGHT_DATA": str(data)})
    engine = database.make_engine(settings.database_url)
    try:
        with database.session_factory(engine)() as session:
            yield house, session
    finally:
        house.stop()
        engine.dispose()


def _calls(
    session: Session, cast: Cast, house: RunningHouse, data: Path, *, name: str, graph: Graph
) -> dict[str, float]:
    address = _published(session, cast, house, name, graph)
    for _ in range(WARM_UP_CALLS):
        _call(address)
    time.sleep(SETTLE_S)
    before_bytes, before_runs = _kept_bytes(data, session)
    began, taken = cpu_s(data), []
    for _ in range(CALLS):
        started = time.perf_counter()
        _call(address)
        taken.append(time.perf_counter() - started)
    time.sleep(SETTLE_S)
    cpu_ms = (cpu_s(data) - began) * 1000 / CALLS
    after_bytes, after_runs = _kept_bytes(data, session)
    return {
        f"{name}_cpu_ms": cpu_ms,
        f"{name}_p50_ms": median(taken) * 1000,
        f"{name}_stored_bytes": (after_bytes - before_bytes) / max(1, after_runs - before_runs),
    }


def _many_callers(session: Session, cast: Cast, house: RunningHouse) -> dict[str, float]:
    """From the acceptance of a run to its start, under CALLERS callers at once."""
    address = _published(session, cast, house, "many", _f1(answer="at_once"))
    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(_call, [address] * CALLERS * 10))
    wait_until_idle(session)
    delays = [
        (run.started_at - run.created_at).total_seconds() * 1000
        for run in session.scalars(select(Run).order_by(Run.id.desc()).limit(CALLERS * 10))
        if run.started_at is not None
    ]
    return {"start_delay_p95_ms": quantiles(delays, n=20)[-1]}


def _waiting(
    session: Session, cast: Cast, house: RunningHouse, service: SlowService
) -> dict[str, float]:
    """Seconds until WAITING_RUNS runs that each wait 1 s for a service have ended."""
    graph = _in_a_row(
        _webhook("at_once"),
        _step("ask", "http_request", url=f"{service.address}/slow"),
    )
    address = _published(session, cast, house, "waiting", graph)
    began = time.monotonic()
    with ThreadPoolExecutor(16) as callers:
        list(callers.map(_call, [address] * WAITING_RUNS))
    wait_until_idle(session)
    return {"waiting_runs_s": time.monotonic() - began}


def _published(session: Session, cast: Cast, house: RunningHouse, name: str, graph: Graph) -> str:
    """The address of an agent that is on."""
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name=name, graph=graph)
    with database.writing(session):
        publication.publish(session, agent, by=cast.ben, expected_revision=1)
        session.refresh(agent)
        lifecycle.switch_on(session, agent, by=cast.ben)
        sync.sync(session, agent)
    token = session.scalars(select(Trigger.token).where(Trigger.agent_id == agent.id)).one()
    return f"{house.address()}/hooks/{token}"


def _call(address: str) -> None:
    body = b'{"name": "Ana", "amount": 12}'
    request = urllib.request.Request(  # noqa: S310  # the address of our own house
        address, data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
        answer.read()


def wait_until_idle(session: Session) -> None:
    """Wait until no run waits for a worker or goes."""
    deadline = time.monotonic() + END_WITHIN_S
    while True:
        session.rollback()
        live = (RunStatus.PENDING, RunStatus.RUNNING)
        if not session.scalar(select(func.count()).select_from(Run).where(Run.status.in_(live))):
            return
        if time.monotonic() > deadline:
            raise TimeoutError("The runs did not end.")
        time.sleep(0.05)


def _kept_bytes(data: Path, session: Session) -> tuple[int, int]:
    """Bytes of the database in use, free pages left out, and how many runs there are."""
    session.rollback()
    connection = session.connection()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    runs = session.scalar(select(func.count()).select_from(Run)) or 0
    session.rollback()
    return (pages - free) * size, runs


def _f1(answer: str = "flow") -> Graph:
    return _in_a_row(
        _webhook(answer),
        _values("set", greeting="Hello {{ trigger.body.name }}"),
        _step("say", "answer", kind="text", text="{{ steps.set.greeting }}"),
    )


def _f2(service: str) -> Graph:
    rows: Json = [{"value": "{{ steps.set.amount }}", "operator": "more_than", "value2": 10}]
    return _in_a_row(
        _webhook("flow"),
        _values("set", amount="{{ trigger.body.amount }}"),
        _step("big", "if", conditions={"match": "all", "rows": rows}),
        _step("ask", "http_request", url=f"{service}/quick"),
        _values("then", price="{{ steps.ask.body.price }}"),
        _step("say", "answer", kind="text", text="It costs {{ steps.then.price }}"),
    )


def _f3() -> Graph:
    items: Json = [{"name": f"item {number}", "price": number} for number in range(ITEMS)]
    loop = _step("loop", "for_each", items=items, collect="{{ steps.each.sum }}")
    each = _values("each", parent="loop0000", sum="{{ item.price }} for {{ item.name }}")
    say = _step("say", "answer", kind="text", text="{{ steps.loop.count }} done")
    start = _webhook("flow")
    links = (
        Link("link0001", start.id, "out", loop.id),
        Link("link0002", loop.id, "out", say.id),
    )
    return Graph(steps=(start, loop, each, say), links=links)


def _webhook(answer: str) -> Step:
    return _step("hook", "start_webhook", answer=answer)


def _values(word: str, parent: str | None = None, **values: str) -> Step:
    rows: list[Json] = [{"name": name, "value": value} for name, value in values.items()]
    return _step(word, "set_values", parent=parent, values=rows)


def _step(word: str, kind: str, /, parent: str | None = None, **fields: Json) -> Step:
    return Step(id=word.ljust(8, "0"), type=kind, key=word, name=word, parent=parent, fields=fields)


def _in_a_row(*steps: Step) -> Graph:
    links = tuple(
        Link(f"link{number:04d}", one.id, "yes" if one.type == "if" else "out", other.id)
        for number, (one, other) in enumerate(pairwise(steps))
    )
    return Graph(steps=steps, links=links)
