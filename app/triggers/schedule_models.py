"""What schedules keep: one row per time that came due, so that it makes one run."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Model, RowId, UtcTime


class ScheduleFire(Model):
    """One due time of a schedule, and the run it made or the sentence why it made none.

    `missed` counts the due times before it that passed while nothing could run. The run may be
    gone by now: runs are kept for as long as their workspace says.
    """

    __tablename__ = "schedule_fires"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("trigger_id", "due"),
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    trigger_id: Mapped[uuid.UUID] = mapped_column(Id)
    due: Mapped[datetime] = mapped_column(UtcTime)
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(String(200), default="")
    missed: Mapped[int] = mapped_column(default=0)
