"""What was recorded of a run, as its page reads it: steps and log lines, never whole rows."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.engine.record import StepRecord
from app.prepared import Prepared, among, among_values, places_for
from app.runs.models import LogLevel, Run, RunLog, RunNode


class LogLine(NamedTuple):
    """One line of a run's log; the fields are the columns of `_lines`, in its order."""

    seq: int
    at: datetime
    level: LogLevel
    node_id: str | None
    text: str


def records_at(
    session: Session, run: Run, steps: Sequence[str], *, path: str = ""
) -> list[StepRecord]:
    """What these steps did in one iteration, with the copies of values that people may see."""
    if not steps:
        return []
    given = {"run": run.id, "path": path, **among_values(steps)}
    found = _records(places_for(len(steps))).rows(session.connection(), given)
    return [StepRecord(*row) for row in found]


def log_lines(session: Session, run: Run, *, newest: int | None = None) -> list[LogLine]:
    """The log, oldest line first; only the newest lines of it if a number is given."""
    given = {"here": run.workspace_id, "run": run.id}
    found = _lines(newest).rows(session.connection(), given)
    return [LogLine._make(row) for row in reversed(found)]


@cache
def _records(places: int) -> Prepared:
    """The fields of a `StepRecord`, in its order."""
    columns = (
        RunNode.node_id,
        RunNode.node_type,
        RunNode.iteration,
        RunNode.status,
        RunNode.attempt,
        RunNode.input,
        RunNode.output,
        RunNode.port,
        RunNode.error_message,
        RunNode.started_at,
        RunNode.finished_at,
        RunNode.tokens,
        RunNode.cost,
        RunNode.unpriced,
    )
    wanted: Any = select(*columns).where(
        RunNode.run_id == bindparam("run"),
        among(RunNode.node_id.expression, places),
        RunNode.iteration == bindparam("path"),
    )
    return Prepared(lambda _dialect: wanted)


@cache
def _lines(newest: int | None) -> Prepared:
    wanted: Any = (
        select(RunLog.seq, RunLog.at, RunLog.level, RunLog.node_id, RunLog.text)
        .where(RunLog.workspace_id == bindparam("here"), RunLog.run_id == bindparam("run"))
        .order_by(RunLog.seq.desc())
        .limit(newest)
    )
    return Prepared(lambda _dialect: wanted)
