"""An agent for 50,000 rows: taking the file, reading it, 500 runs, pages, and the results of all.

`.venv/bin/python -m bench.rows` prints these figures alone; LAMPLIGHT_DATABASE_URL chooses the
database, an empty one.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import database, ports
from app.agents import creation, drafts, lifecycle
from app.agents.models import Agent
from app.batches import work
from app.batches.models import MAX_ROWS, Batch, BatchStatus
from app.engine.states import RunMode
from app.factory import create_app
from app.versions import publication
from bench import results
from bench.memory import only_child, session_of, worker_of
from bench.process_costs import Most, memory_of
from tests.batches.leads import lines, scorer
from tests.cast import Cast, assemble, sign_in

QUICK_ROWS = 5_000
RUN_ROWS = 500
PAGES = 20
END_WITHIN_S = 300.0
LOOK_EVERY_S = 0.05


def measure(data: Path, *, quick: bool = False) -> dict[str, float]:
    """What the file costs the web process, s until it is read, MB of both, ms of SQL of pages."""
    rows = QUICK_ROWS if quick else MAX_ROWS
    with worker_of(data) as (settings, parent), session_of(settings) as session:
        cast = assemble(session)
        agent = _agent(session, cast)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        client = sign_in(app.test_client(), session, cast.ben)
        client.get("/w/harbour-pine/")
        address = f"/w/harbour-pine/agents/{agent.slug}/batches"
        _send(client, address, 100)  # what only the first one needs is loaded by then
        _wait(session, lambda batch: not batch.is_preparing)
        worker = only_child(data, parent)
        figures = _read(session, client, address, worker, rows)
        batch = session.scalars(select(Batch).order_by(Batch.id.desc()).limit(1)).one()
        figures |= _checked(session, client, batch)
        figures |= _run(session, cast, batch)
        figures |= _pages(app, client, batch, rows)
        return figures | results.measure(session, client, batch, worker)


def _agent(session: Session, cast: Cast) -> Agent:
    ports.fill()
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name="A", graph=scorer())
    with database.writing(session):
        revision = drafts.draft_of(session, agent).flow_graph.revision
        publication.publish(session, agent, by=cast.ben, expected_revision=revision)
    with database.writing(session):
        lifecycle.switch_on(session, agent, by=cast.ben)
    return agent


def _read(
    session: Session, client: FlaskClient, address: str, worker: int, rows: int
) -> dict[str, float]:
    held_before = memory_of(worker).pss_mb
    most = Most(worker)
    cpu, began = time.thread_time(), time.monotonic()
    _send(client, address, rows)
    cpu_ms = (time.thread_time() - cpu) * 1000
    _wait(session, lambda batch: not batch.is_preparing)
    seconds = time.monotonic() - began
    return {
        "rows_taken_cpu_ms": cpu_ms,
        "rows_read_s": seconds,
        "rows_worker_peak_mb": most.end() - held_before,
        "rows_worker_kept_mb": memory_of(worker).pss_mb - held_before,
    }


def _send(client: FlaskClient, address: str, rows: int) -> None:
    content = "\n".join(lines(rows, empty_every=50)).encode()
    answer = client.post(address, data={"file": (io.BytesIO(content), "leads.csv")})
    if answer.status_code != 303:
        raise RuntimeError(f"The file was answered with {answer.status_code}.")


def _checked(session: Session, client: FlaskClient, batch: Batch) -> dict[str, float]:
    """One column matched otherwise, until all rows are looked through."""
    began = time.monotonic()
    matching = {"from-company": "1", "from-employees": "2", "do": "check"}
    client.post(f"/w/harbour-pine/batches/{batch.id}/matching", data=matching)
    _wait(session, lambda one: not one.is_preparing)
    return {"rows_checked_s": time.monotonic() - began}


def _run(session: Session, cast: Cast, batch: Batch) -> dict[str, float]:
    """The first rows, of which each fiftieth fails; twenty at a time."""
    with database.writing(session):
        batch.parallel, batch.stop_after = 20, 1_000
    began = time.monotonic()
    with database.writing(session):
        work.begin(session, batch, by=cast.ben, mode=RunMode.LIVE, first=RUN_ROWS)
    _wait(session, lambda one: one.status is BatchStatus.PAUSED)
    return {"rows_500_run_s": time.monotonic() - began}


def _pages(app: Flask, client: FlaskClient, batch: Batch, rows: int) -> dict[str, float]:
    here = f"/w/harbour-pine/batches/{batch.id}"
    asked = {
        "rows_page_sql_ms": here,
        "rows_last_page_sql_ms": f"{here}?after={rows - 60}",
        "rows_failed_sql_ms": f"{here}?show=failed",
        "rows_left_out_sql_ms": f"{here}?show=left_out",
        "rows_poll_sql_ms": f"{here}/live?seen=0",
    }
    return {name: _sql_ms(app, client, address) for name, address in asked.items()}


def _sql_ms(app: Flask, client: FlaskClient, address: str) -> float:
    """Ms in the database (median) of one page."""
    spent, begun = [0.0], [0.0]
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    def before(*_: object) -> None:
        begun[0] = time.perf_counter()

    def after(*_: object) -> None:
        spent[0] += time.perf_counter() - begun[0]

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    taken = []
    for _ in range(PAGES):
        spent[0] = 0.0
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} is not there.")
        taken.append(spent[0] * 1000)
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)
    return statistics.median(taken)


def _wait(session: Session, is_there: Callable[[Batch], bool]) -> None:
    """Until the newest batch is so."""
    deadline = time.monotonic() + END_WITHIN_S
    while True:
        session.rollback()
        session.expire_all()
        batch = session.scalars(select(Batch).order_by(Batch.id.desc()).limit(1)).one()
        if is_there(batch):
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"The batch is {batch.status.value}.")
        time.sleep(LOOK_EVERY_S)
    if batch.status is BatchStatus.UNREAD:
        raise RuntimeError(batch.problem)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ll-rows-") as folder:
        for name, figure in measure(Path(folder) / "data").items():
            print(f"  {name:<30}{figure:>10.2f}", flush=True)
