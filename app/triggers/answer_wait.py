"""Waiting for the end of a run, so that its answer can go back to the caller of a webhook."""

import threading
import time
import uuid
from collections.abc import Callable
from typing import TypeAlias

from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.states import RunStatus
from app.runs.models import Run
from app.runs.questions import is_incomplete
from app.runs.run_answers import RunAnswers, RunEnd

LOOK_EVERY_S = 1.0  # Valkey tells at once; this is for what got lost there
LOOK_WITHOUT_VALKEY_S = 0.1
# Everybody may wait this long. Longer waits have few seats, or slow flows would take all threads
# of a web process, and with them the pages.
SHORT_WAIT_S = 1.0
SEATS = 6
_seats = threading.BoundedSemaphore(SEATS)

Look: TypeAlias = Callable[[], RunEnd | None]


def wait_for_end(
    answers: RunAnswers, look: Look, *, workspace_id: uuid.UUID, run_id: uuid.UUID, within_s: float
) -> RunEnd | None:
    """The end of the run, or its pause; None when it goes on after `within_s`.

    `look` asks the database and must leave no transaction open.
    """

    def waited(seconds: float) -> RunEnd | None:
        return _wait(answers, look, workspace_id, run_id, seconds)

    end = waited(min(within_s, SHORT_WAIT_S))
    if end is not None or within_s <= SHORT_WAIT_S or not _seats.acquire(blocking=False):
        return end
    try:
        return waited(within_s - SHORT_WAIT_S)
    finally:
        _seats.release()


def look_at(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> RunEnd | None:
    """What the database says: an end, with the copy of the answer for people, or a pause."""
    row = session.execute(
        select(Run.status, Run.answer).where(Run.workspace_id == workspace_id, Run.id == run_id)
    ).one_or_none()
    session.rollback()
    if row is None or not (row.status.is_final or row.status is RunStatus.WAITING):
        return None
    return RunEnd(row.status, row.answer, is_exact=not is_incomplete(row.answer))


def _wait(
    answers: RunAnswers, look: Look, workspace_id: uuid.UUID, run_id: uuid.UUID, within_s: float
) -> RunEnd | None:
    deadline = time.monotonic() + within_s
    while (left := deadline - time.monotonic()) > 0:
        try:
            end = answers.wait(workspace_id, run_id, min(left, LOOK_EVERY_S))
        except (RedisError, OSError):
            time.sleep(min(left, LOOK_WITHOUT_VALKEY_S))
            end = None
        end = end or look()
        if end is not None:
            return end
    return None
