"""Notices: what happened, whom it was told, and what each person wants by mail."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.model import CreatedAt, Id, Model, RowId, UtcTime, Word

_OPEN = text("closed_at IS NULL")
_UNSEEN = text("seen_at IS NULL")
_MAIL_DUE = text("mail_due IS NOT NULL")


class NoticeKind(enum.StrEnum):
    """What a notice is about."""

    RUN_FAILED = "run_failed"
    NEEDS_YOU = "needs_you"
    APPROVAL = "approval"
    AGENT_OFF = "agent_off"
    NOT_RUN = "not_run"  # a schedule's time passed and nothing ran
    TRIGGER = "trigger"  # something that sets agents off does not work
    CONNECTION = "connection"
    MAIL = "mail"
    BUDGET = "budget"  # most of one is spent, or all of it
    REVIEW = "review"  # somebody asked about a draft, or answered
    BATCH = "batch"  # an agent is through with many rows, or cannot go on


class Notice(Model):
    """One thing that was told; the same thing told again within a day counts up.

    `topic` says what “the same thing” is. `path` is the page of ours that tells more.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        Index(
            "uq_notices_one_open",
            "workspace_id",
            "topic",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "workspace_id", "agent_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind))
    topic: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(String(2_000))
    path: Mapped[str] = mapped_column(String(400))
    agent_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NoticeCopy(Model):
    """A notice as one person has it: seen or not, mailed or not.

    `mail_due` is when it is to be mailed, None when it is not; `mailed_at` when it last was.
    """

    __tablename__ = "notice_copies"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "notice_id"],
            ["notices.workspace_id", "notices.id"],
            ondelete="CASCADE",
        ),
        Index(
            "ix_notice_copies_unseen",
            "user_id",
            "workspace_id",
            sqlite_where=_UNSEEN,
            postgresql_where=_UNSEEN,
        ),
        Index(
            "ix_notice_copies_mail_due",
            "mail_due",
            sqlite_where=_MAIL_DUE,
            postgresql_where=_MAIL_DUE,
        ),
        Index(None, "user_id", "mailed_at"),
    )

    notice_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    mail_due: Mapped[datetime | None] = mapped_column(UtcTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    notice: Mapped[Notice] = relationship(
        lazy="joined", innerjoin=True, viewonly=True, foreign_keys=[workspace_id, notice_id]
    )


class NoticeChoice(Model):
    """A person wants no mail about one kind of thing; without a row they do."""

    __tablename__ = "notice_choices"

    user_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind), primary_key=True)
    created_at: Mapped[CreatedAt]
