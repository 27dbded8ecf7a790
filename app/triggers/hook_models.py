"""What webhooks keep: secrets that sign, deliveries, refusals by the day, and caught samples."""

import enum
import uuid
from datetime import UTC, date, datetime

from sqlalchemy import (
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.model import CreatedAt, Id, Model, RowId, UtcTime, Word

_NUMBERED = text("delivery_id IS NOT NULL")


class Outcome(enum.StrEnum):
    """What became of a delivery that was taken."""

    RUN = "run"
    SKIPPED = "skipped"


class Refusal(enum.StrEnum):
    """Why a delivery was not taken."""

    SIGNATURE = "signature"
    NOT_ON = "not_on"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


class HookSecret(Model):
    """One secret that deliveries of a trigger may be signed with, sealed. The newest is in use."""

    __tablename__ = "hook_secrets"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
        Index(None, "trigger_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    trigger_id: Mapped[uuid.UUID] = mapped_column(Id)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_four: Mapped[str] = mapped_column(String(4), default="")
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))

    author: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[created_by])


class Delivery(Model):
    """One delivery that a webhook took. Its key tells when it came.

    `sealed` is the exact payload for replays, gone when it was larger than is kept; `run_id` a
    row of `runs`, or gone with it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
        Index(
            "uq_deliveries_trigger_id_delivery_id",
            "trigger_id",
            "delivery_id",
            unique=True,
            sqlite_where=_NUMBERED,
            postgresql_where=_NUMBERED,
        ),
    )

    trigger_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    delivery_id: Mapped[str | None] = mapped_column(String(200))  # the sender's own number
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    repeats: Mapped[int] = mapped_column(default=0)  # how often the same came once more
    size: Mapped[int] = mapped_column(default=0)  # bytes of the body as it came
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def received_at(self) -> datetime:
        """When it came: the first 48 bits of a UUIDv7 are milliseconds (RFC 9562)."""
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)


class RefusalCount(Model):
    """How many deliveries were refused for one reason on one day, so that a flood stays small."""

    __tablename__ = "delivery_refusals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
    )

    trigger_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)  # in UTC
    reason: Mapped[Refusal] = mapped_column(Word(Refusal), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime] = mapped_column(UtcTime)


class Catching(Model):
    """Somebody waits to catch the next delivery of a trigger as sample data."""

    __tablename__ = "hook_catching"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
    )

    trigger_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    until: Mapped[datetime] = mapped_column(UtcTime)
    started_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))


class TriggerSample(Model):
    """What a start step was given once, sealed, for trying the draft with it."""

    __tablename__ = "trigger_samples"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
    )

    agent_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    node_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    caught_at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
