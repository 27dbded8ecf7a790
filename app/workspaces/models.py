"""Workspaces, the people in them and the invitations that are open."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word
from app.workspaces.roles import Role


class Plan(enum.StrEnum):
    """What a workspace is entitled to; decides how long runs are kept."""

    FREE = "free"
    PRO = "pro"
    ENTERPRISE = "enterprise"

    @property
    def longest_retention_days(self) -> int:
        """For how many days runs may be kept at most."""
        return {Plan.FREE: 30, Plan.PRO: 90, Plan.ENTERPRISE: 3_650}[self]


class Workspace(Model):
    """A team's own place. Everything a team makes belongs to exactly one workspace."""

    __tablename__ = "workspaces"

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"), index=True)
    plan: Mapped[Plan] = mapped_column(Word(Plan), default=Plan.FREE)
    retention_days: Mapped[int] = mapped_column(default=30)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    max_parallel: Mapped[int | None] = mapped_column()  # runs at a time; None: no limit
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Member(Model):
    """One person's place in one workspace."""

    __tablename__ = "workspace_members"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "user_id"),
        Index(
            "uq_workspace_members_one_owner",
            "workspace_id",
            unique=True,
            sqlite_where=text("role = 'owner'"),
            postgresql_where=text("role = 'owner'"),
        ),
        Index(None, "user_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(Word(Role))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    workspace: Mapped[Workspace] = relationship(lazy="joined", innerjoin=True)


class Invitation(Model):
    """A link that lets one person join with a given role. Only the token's sha256 is kept."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(String(254), default="")  # empty: whoever has the link
    role: Mapped[Role] = mapped_column(Word(Role))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    workspace: Mapped[Workspace] = relationship(lazy="joined", innerjoin=True)
    inviter: Mapped[User] = relationship(foreign_keys=[invited_by])
