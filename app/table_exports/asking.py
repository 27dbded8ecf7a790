"""What a person does with the files of a table: ask a worker for one, stop it, find it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.data_tables import tables
from app.data_tables.models import DataTable
from app.handovers import asking
from app.handovers.models import Handover, HandoverKind, HandoverStatus

SMALL_ROWS = 1_000  # so few make a file at once


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a table that a person asked for, as its page shows them."""

    handovers: Sequence[Handover]
    small_rows: int = SMALL_ROWS

    @property
    def is_working(self) -> bool:
        """Whether one is being made."""
        return any(one.is_working for one in self.handovers)

    @property
    def mark(self) -> str:
        """Another one whenever there is something new."""
        return "-".join(f"{one.id.hex}.{one.status}.{one.rows}" for one in self.handovers)


def of_person(session: Session, table: DataTable, user_id: uuid.UUID) -> Files:
    """The files of this table that a person asked for; not those that are kept no longer."""
    found = session.scalars(
        select(Handover).where(_of(table, user_id)).order_by(Handover.id.desc())
    )
    return Files([one for one in found if not one.is_over])


def ask(
    session: Session,
    table: DataTable,
    kind: HandoverKind,
    wish: dict[str, Any],
    *,
    by: uuid.UUID,
    whole: int,
) -> None:
    """Let a worker make it, in place of the one of this kind that this person asked for last.

    Call inside `writing()`. Raises TableRefused and HandoverRefused.
    """
    table = tables.locked(session, table)
    asked = Handover(
        workspace_id=table.workspace_id,
        of_table_id=table.id,
        asked_by=by,
        kind=kind,
        wish=wish,
        name=f"{table.slug}.{kind.ending}",
        whole=whole,
    )
    kept = asking.kept(session, _of(table, by), Handover.kind == kind)
    asking.ask(session, asked, instead_of=kept)


def remove(session: Session, table: DataTable, kind: HandoverKind, *, by: uuid.UUID) -> bool:
    """Do without the file, whether it is made already or not; True when it was being made.

    Call inside `writing()`.
    """
    kept = asking.kept(session, _of(table, by), Handover.kind == kind)
    was_working = any(one.is_working for one in kept)
    asking.let_go(session, kept)
    for one in kept:
        tables.record(
            session,
            "table_file_stopped" if was_working else "table_file_removed",
            table,
            by=by,
            name=one.name,
        )
    return was_working


def forget(session: Session, table: DataTable) -> None:
    """Let go of everybody's files of a table that is deleted now; it is locked."""
    of_table = and_(Handover.workspace_id == table.workspace_id, Handover.of_table_id == table.id)
    asking.let_go(session, asking.kept(session, of_table))


def forget_old(session: Session, *, older_than: datetime) -> None:
    """Forget how it went with files that are kept no longer."""
    session.execute(
        delete(Handover).where(
            Handover.of_table_id.is_not(None),
            Handover.status != HandoverStatus.WORKING,
            Handover.finished_at < older_than,
        )
    )


def _of(table: DataTable, user_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(
        Handover.workspace_id == table.workspace_id,
        Handover.of_table_id == table.id,
        Handover.asked_by == user_id,
    )
