"""What workers do with the results of a batch: write them into a table, or make a file of them."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.files.uploads import KEPT
from app.lib import clock
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word

_WORKING = text("status = 'working'")


class HandoverKind(enum.StrEnum):
    """What becomes of the results."""

    TABLE = "table"
    WORKBOOK = "workbook"


class HandoverStatus(enum.StrEnum):
    """Where a handover stands. A worker takes up whatever is `working`."""

    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Handover(Model):
    """Results that somebody asked for; of each kind a batch has the one asked for last.

    `name` is the table's or the file's. `wish` says what is to be done; a table's worker notes in
    it which answer goes to which column. `turn` is the mark of the worker that does it, `tries`
    how often one began without getting any further. `taken` is the number of the row that was
    handed over last, `rows` how many those were, `whole` how many there are. `left_over` counts
    by kind what could not be written. `table_id` and `file_id` name rows that may be gone.
    """

    __tablename__ = "batch_handovers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("batch_id", "kind"),
        ForeignKeyConstraint(
            ["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"], ondelete="CASCADE"
        ),
        Index("ix_batch_handovers_working", "id", sqlite_where=_WORKING, postgresql_where=_WORKING),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    batch_id: Mapped[uuid.UUID] = mapped_column(Id)
    asked_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    kind: Mapped[HandoverKind] = mapped_column(Word(HandoverKind))
    status: Mapped[HandoverStatus] = mapped_column(
        Word(HandoverStatus), default=HandoverStatus.WORKING
    )
    name: Mapped[str] = mapped_column(String(200))
    wish: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    turn: Mapped[str] = mapped_column(String(40), default="")
    tries: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int] = mapped_column(default=0)
    left_over: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sentence: Mapped[str] = mapped_column(Text, default="")
    table_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    file_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)

    asker: Mapped[User] = relationship(foreign_keys=[asked_by])

    @property
    def is_working(self) -> bool:
        """Whether it goes on by itself."""
        return self.status is HandoverStatus.WORKING

    @property
    def share(self) -> int:
        """How much of the rows is through, in per cent."""
        return min(100, 100 * self.rows // max(self.whole, 1))

    @property
    def kept_until(self) -> datetime | None:
        """When its file is deleted, as uploads are; None without one."""
        if self.file_id is None or self.finished_at is None:
            return None
        return self.finished_at + KEPT

    @property
    def is_over(self) -> bool:
        """Whether what it made is not there any more."""
        until = self.kept_until
        return until is not None and until <= clock.now()
