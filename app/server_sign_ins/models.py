"""Sign-ins that were begun: what has to be known when the person comes back, sealed."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Model, RowId, UtcTime


class ServerSignIn(Model):
    """Good once, for one person on one device, for one connection, and not for long."""

    __tablename__ = "server_sign_ins"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "connection_id"],
            ["connector_configs.workspace_id", "connector_configs.id"],
            ondelete="CASCADE",
        ),
        Index(None, "connection_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    connection_id: Mapped[uuid.UUID] = mapped_column(Id)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    login_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("logins.id", ondelete="CASCADE"))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)

    LASTS: ClassVar = timedelta(minutes=15)
