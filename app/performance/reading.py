"""Reads the runs of an agent that its book does not know yet."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Select, bindparam, select
from sqlalchemy.orm import Session

from app.engine.states import RunMode
from app.lib import clock, ids
from app.performance.book import Book
from app.performance.tally import Ended
from app.prepared import Prepared
from app.runs.models import Run

# Keys are made a moment before their rows can be seen.
NOT_YET = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Whose:
    """An agent, and the time zone by which its days are counted."""

    workspace_id: uuid.UUID
    agent_id: uuid.UUID
    timezone: str


def read_on(session: Session, book: Book, whose: Whose, *, most: int, settled: bool) -> bool:
    """Bring the book up to date by at most so many new runs; whether there may be more.

    `settled` leaves out the last moments, so that no run is passed by: what is kept needs that,
    what is only shown does not.
    """
    fresh = _fresh(session, book, whose, most, settled=settled)
    again = _again(session, book, whose, most)
    book.count(_ended(row, whose) for row in (*again, *fresh) if row.status.is_final)
    asked = set(book.open[-most:])
    still = {one for one in book.open if one not in asked}
    still |= {row.id for row in (*again, *fresh) if not row.status.is_final}
    book.leave_open(still)
    if fresh:
        book.through = fresh[-1].id
    return len(fresh) == most


def _fresh(
    session: Session, book: Book, whose: Whose, most: int, *, settled: bool
) -> Sequence[Any]:
    until = clock.now() - NOT_YET if settled else clock.now() + NOT_YET
    given = {
        "here": whose.workspace_id,
        "agent": whose.agent_id,
        "after": book.through,
        "before": ids.first_id_at(until),
        "most": most,
    }
    return _newer.rows(session.connection(), given)


def _again(session: Session, book: Book, whose: Whose, most: int) -> Sequence[Any]:
    if not book.open:
        return []
    asked = _columns().where(Run.workspace_id == whose.workspace_id, Run.id.in_(book.open[-most:]))
    return session.execute(asked).all()


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Run.id,
        Run.status,
        Run.created_at,
        Run.started_at,
        Run.finished_at,
        Run.cost,
        Run.tokens,
        Run.unpriced,
        Run.failed_node_id,
    )


def _newer_than(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """Runs in earnest, as they began: no rehearsals, no tries of one step."""
    return (
        _columns()
        .where(
            Run.workspace_id == bindparam("here"),
            Run.agent_id == bindparam("agent"),
            Run.id > bindparam("after"),
            Run.id < bindparam("before"),
            Run.mode != RunMode.REHEARSAL,
            Run.only_node_id.is_(None),
        )
        .order_by(Run.id)
        .limit(bindparam("most"))
    )


_newer = Prepared(_newer_than)


def _ended(row: Any, whose: Whose) -> Ended:
    at = row.finished_at or row.created_at
    took_ms = None
    if row.started_at is not None and row.finished_at is not None:
        took_ms = int((row.finished_at - row.started_at).total_seconds() * 1000)
    return Ended(
        run_id=str(row.id),
        day=at.astimezone(ZoneInfo(whose.timezone)).date(),
        status=row.status,
        took_ms=took_ms,
        cost=row.cost,
        tokens=row.tokens,
        unpriced=row.unpriced,
        failed_at=row.failed_node_id,
    )
