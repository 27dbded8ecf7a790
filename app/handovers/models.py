"""What workers hand over because somebody asked: a table that is filled, a file that is made."""

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
    """What is made."""

    TABLE = "table"
    WORKBOOK = "workbook"
    CSV = "csv"

    @property
    def ending(self) -> str:
        """How the names of such files end."""
        return "csv" if self is HandoverKind.CSV else "xlsx"


class HandoverStatus(enum.StrEnum):
    """Where a handover stands. A worker takes up whatever is `working`."""

    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Handover(Model):
    """Something that somebody asked for, made of a batch or of a table (`of_table_id`).

    Of each kind a batch has the one asked for last, a table the one each person asked for last.
    `name` is that of the table or the file that is made. `wish` says what is to be done; whoever
    fills a table notes in it which answer goes to which column. `turn` is the mark of the worker
    that does it, `tries` how often one began without getting any further. `taken` is the number
    of the row that was handed over last, `rows` how many those were, `whole` how many there are,
    0 where nobody knows. `left_over` counts by kind what could not be written. `table_id` (the
    table that is filled) and `file_id` name rows that may be gone.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("batch_id", "kind"),
        UniqueConstraint("of_table_id", "asked_by", "kind"),
        ForeignKeyConstraint(
            ["workspace_id", "batch_id"], ["batches.workspace_id", "batches.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "of_table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            ondelete="CASCADE",
        ),
        Index("ix_handovers_working", "id", sqlite_where=_WORKING, postgresql_where=_WORKING),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    batch_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    of_table_id: Mapped[uuid.UUID | None] = mapped_column(Id)
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
    def is_file(self) -> bool:
        """Whether it can be downloaded once it is done."""
        return self.kind is not HandoverKind.TABLE

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
