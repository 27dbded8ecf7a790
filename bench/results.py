"""The results of a batch: asking for them, and the worker that writes them into a table or a file.

Called by `bench.rows` for the batch that it has read.
"""

import time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.handovers.models import Handover, HandoverStatus
from bench.process_costs import Most, memory_of

END_WITHIN_S = 300.0
LOOK_EVERY_S = 0.05
ANSWER = {"Size": "small", "Greeting": "Dear people of Harbour Freight in Stavanger", "Points": 7}


def measure(session: Session, client: FlaskClient, batch: Batch, worker: int) -> dict[str, float]:
    """CPU ms to ask for them, s until they are there, MB of the worker, for each way."""
    _all_done(session, batch)
    here = f"/w/harbour-pine/batches/{batch.id}"
    client.get(here)
    table = {"into": "new", "name": "Results"}
    return (
        _asked("table", session, client, f"{here}/table", table, worker)
        | _asked("file", session, client, f"{here}/files/xlsx", {}, worker)
        | _asked("csv", session, client, f"{here}/files/csv", {}, worker)
    )


def _all_done(session: Session, batch: Batch) -> None:
    """As if all rows had run."""
    with database.writing(session):
        session.execute(
            update(BatchRow)
            .where(BatchRow.batch_id == batch.id)
            .values(status=RowStatus.DONE, answer=ANSWER, sentence="")
            .execution_options(synchronize_session=False)
        )
        batch.status, batch.done, batch.answer_names = BatchStatus.DONE, batch.total, list(ANSWER)
        batch.failed = batch.left_out = batch.cancelled = 0


def _asked(
    what: str,
    session: Session,
    client: FlaskClient,
    address: str,
    wish: dict[str, Any],
    worker: int,
) -> dict[str, float]:
    held_before = memory_of(worker).pss_mb
    most = Most(worker)
    cpu, began = time.thread_time(), time.monotonic()
    answer = client.post(address, data=wish)
    cpu_ms = (time.thread_time() - cpu) * 1000
    if answer.status_code != 303:
        raise RuntimeError(f"{address} was answered with {answer.status_code}.")
    _wait(session)
    seconds = time.monotonic() - began
    return {
        f"results_{what}_asked_cpu_ms": cpu_ms,
        f"results_{what}_s": seconds,
        f"results_{what}_peak_mb": most.end() - held_before,
        f"results_{what}_kept_mb": memory_of(worker).pss_mb - held_before,
    }


def _wait(session: Session) -> None:
    """Until the newest handover is through."""
    deadline = time.monotonic() + END_WITHIN_S
    while True:
        session.rollback()
        session.expire_all()
        held = session.scalars(select(Handover).order_by(Handover.id.desc()).limit(1)).one()
        if not held.is_working:
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"The results are {held.status.value}.")
        time.sleep(LOOK_EVERY_S)
    if held.status is not HandoverStatus.DONE:
        raise RuntimeError(held.sentence)
