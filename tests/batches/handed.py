"""Results that workers hand over: batches that are done, workers that die, what was written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.audit.models import AuditEvent
from app.batch_results import asking
from app.batches import ending
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.data_tables.models import DataRow, DataTable
from app.engine.values import Json
from app.handovers import handing_over
from app.handovers.models import Handover, HandoverKind
from app.handovers.tools import Tools
from app.timetable import SOURCES
from tests.cast import Cast
from tests.runs.flows import greeting

MANY = 1_200  # rows: more than two portions
Ask = Callable[..., Handover]
Killed = Callable[[int], Tools]
Scored = Callable[..., Batch]


class Stopped(BaseException):
    """What a process feels that is killed."""


@pytest.fixture
def killed(tools: Tools) -> Killed:
    """The tools of a worker that dies before its so many-th transaction ends."""

    def after(transactions: int) -> Tools:
        left = [transactions]

        class Turn:
            def __enter__(self) -> None:
                left[0] -= 1
                if not left[0]:
                    raise Stopped

            def __exit__(self, *_error: object) -> None:
                pass

        return replace(tools, turn=Turn())

    return after


class Meanwhile:
    """A turn to write, before whose so many-th transaction something else happens."""

    def __init__(self, transactions: int, act: Callable[[], object]) -> None:
        self._left, self._act = transactions, act

    def __enter__(self) -> None:
        self._left -= 1
        if not self._left:
            self._act()

    def __exit__(self, *_error: object) -> None:
        pass


@pytest.fixture
def scored(session: Session, put_on: Callable[..., Agent], make_batch: Scored) -> Scored:
    """A batch whose rows are done: each has as many points as its number says."""

    def make(rows: int = MANY) -> Batch:
        batch = make_batch(put_on(greeting()), "Name", *(f"Person {n}" for n in range(1, rows + 1)))
        return with_answers(session, batch, lambda number: {"Points": number})

    return make


@pytest.fixture
def ask(session: Session, cast: Cast) -> Ask:
    """Lets a worker write the answers into a table, or make a file of them, as Ben."""

    def asked(
        batch: Batch,
        wish: dict[str, Any],
        table: DataTable | None = None,
        kind: HandoverKind = HandoverKind.WORKBOOK,
    ) -> Handover:
        kind = kind if "runs" in wish else HandoverKind.TABLE
        with database.writing(session):
            return asking.ask(
                session,
                batch,
                kind,
                wish,
                name=table.name if table else wish.get("new", f"results.{kind.ending}"),
                by=cast.ben,
                table_id=table.id if table else None,
            )

    return asked


def with_answers(session: Session, batch: Batch, answers: Callable[[int], Json]) -> Batch:
    """The batch as it is when every row is done, with the answer to its number."""
    with database.writing(session):
        numbers = session.scalars(select(BatchRow.number).where(BatchRow.batch_id == batch.id))
        told = [
            {"batch_id": batch.id, "number": n, "status": RowStatus.DONE, "answer": answers(n)}
            for n in numbers.all()
        ]
        session.execute(update(BatchRow), told)
        batch.status, batch.done = BatchStatus.DONE, len(told)
        batch.answer_names = list(ending.cells_of(answers(1)))
    session.refresh(batch)
    return batch


def handed_over(session: Session, tools: Tools, handover: Handover) -> Handover:
    """What was asked for, after a worker has had its turn."""
    handing_over.hand_over(tools, SOURCES, handover.workspace_id, handover.id)
    return as_it_is(session, handover)


def as_it_is(session: Session, handover: Handover) -> Handover:
    """The handover, read again."""
    session.rollback()
    session.refresh(handover)
    return handover


def points_of(session: Session, name: str) -> list[Any]:
    """The points in the rows of the table of this name, in their order."""
    session.rollback()
    session.expire_all()
    table = session.scalars(select(DataTable).where(DataTable.name == name)).one()
    rows = session.scalars(
        select(DataRow).where(DataRow.table_id == table.id).order_by(DataRow.position)
    ).all()
    assert table.row_count == len(rows)
    return [row.values.get("points") for row in rows]


def written_events(session: Session) -> list[Any]:
    """How many rows each audit event of a writing names."""
    query = select(AuditEvent).where(AuditEvent.action == "batch_written")
    return [event.details["rows"] for event in session.scalars(query.order_by(AuditEvent.id))]
