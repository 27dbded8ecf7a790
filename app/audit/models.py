"""The audit trail's rows."""

import uuid
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Json, Model, RowId


class AuditEvent(Model):
    """One act, chained to the one before it by its hash so that a removed row shows.

    It names no foreign keys: an event outlives what it speaks of.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    position: Mapped[int] = mapped_column(unique=True)
    workspace_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
