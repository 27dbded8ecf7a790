"""Questions that runs ask people, who may answer them, and links that answer once."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.agents.models import Agent
from app.lib import clock
from app.model import CreatedAt, Id, Model, RowId, UtcTime, Word
from app.runs.models import Run

MAX_TITLE_CHARS = 300
MAX_COMMENT_CHARS = 2_000

_OPEN = text("status = 'open'")
_TELLS = text("tell_at IS NOT NULL")


class ApprovalKind(enum.StrEnum):
    """A yes or a no, or answers to questions."""

    APPROVAL = "approval"
    FORM = "form"


class ApprovalStatus(enum.StrEnum):
    """Where a question stands. LATE: nobody answered in time. WITHDRAWN: its run ended first."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    ANSWERED = "answered"
    LATE = "late"
    WITHDRAWN = "withdrawn"


class Approval(Model):
    """One question of one step of one run.

    What is asked lies sealed in the run's wait, in one place; here is what lists need. The title
    is kept in words. `argument_hash` names exactly what was asked: an answer to anything else
    does not count.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("run_id", "node_id", "iteration", "round"),
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        Index(
            "ix_approvals_open",
            "workspace_id",
            "due",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_approvals_due", "due", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_approvals_tell", "tell_at", sqlite_where=_TELLS, postgresql_where=_TELLS),
        Index(None, "workspace_id", "ended_at", "id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    run_id: Mapped[uuid.UUID] = mapped_column(Id)
    node_id: Mapped[str] = mapped_column(String(8))
    iteration: Mapped[str] = mapped_column(String(60), default="")
    round: Mapped[int] = mapped_column(default=1)  # a step that is tried again asks again
    kind: Mapped[ApprovalKind] = mapped_column(Word(ApprovalKind))
    title: Mapped[str] = mapped_column(String(MAX_TITLE_CHARS))
    argument_hash: Mapped[str] = mapped_column(String(64))
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    by_mail: Mapped[bool] = mapped_column(default=False)
    due: Mapped[datetime | None] = mapped_column(UtcTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # When people are told next: that there is a question, then that it still waits.
    tell_at: Mapped[datetime | None] = mapped_column(UtcTime)
    told: Mapped[int] = mapped_column(default=0)
    status: Mapped[ApprovalStatus] = mapped_column(
        Word(ApprovalStatus), default=ApprovalStatus.OPEN
    )
    assigned_to: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    answered_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)  # answered, late or withdrawn
    changes: Mapped[int] = mapped_column(default=0)  # how many values were changed
    comment: Mapped[str] = mapped_column(Text, default="")

    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
    run: Mapped[Run] = relationship(viewonly=True, foreign_keys=[workspace_id, run_id])
    assignee: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[assigned_to])
    answerer: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[answered_by])

    @property
    def asker(self) -> str:
        """Who asks, as people read it: the agent, or what is rehearsed where no agent has it."""
        is_proposal = self.run.rehearses_proposal
        return rehearsal_of(self.run.trigger_words) if is_proposal else self.agent.name

    @property
    def is_late(self) -> bool:
        """Whether its time is over, marked or not yet."""
        is_over = self.due is not None and self.due <= clock.now()
        return self.status is ApprovalStatus.LATE or (
            self.status is ApprovalStatus.OPEN and is_over
        )

    @property
    def is_open(self) -> bool:
        """Whether an answer would still count."""
        return self.status is ApprovalStatus.OPEN and not self.is_late


def rehearsal_of(proposal: str) -> str:
    """`Rehearsal of the proposal “Sort enquiries”`, of the words that its run has of it."""
    return f"Rehearsal of {proposal[:1].lower()}{proposal[1:]}"


class ApprovalPerson(Model):
    """One of the people who alone may answer; a question without any is for all who may."""

    __tablename__ = "approval_people"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "approval_id"],
            ["approvals.workspace_id", "approvals.id"],
            ondelete="CASCADE",
        ),
    )

    approval_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)


class ApprovalLink(Model):
    """A link in a mail with which one person answers once. Only the token's sha256 is kept."""

    __tablename__ = "approval_links"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "approval_id"],
            ["approvals.workspace_id", "approvals.id"],
            ondelete="CASCADE",
        ),
        Index(None, "approval_id", "user_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    approval_id: Mapped[uuid.UUID] = mapped_column(Id)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)

    approval: Mapped[Approval] = relationship(
        viewonly=True, foreign_keys=[workspace_id, approval_id]
    )
    user: Mapped[User] = relationship(foreign_keys=[user_id])
