"""Reviews of drafts: who asked whom about which flow, what they said, and what came of it."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion, FlowGraph
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word

MAX_WORDS_CHARS = 2_000

_OPEN = text("closed_at IS NULL")


class ReviewStatus(enum.StrEnum):
    """Where a review stands. The last two are its ends."""

    WAITING = "waiting"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"


class ActKind(enum.StrEnum):
    """What a person did in a review."""

    ASKED = "asked"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    WITHDREW = "withdrew"
    PUBLISHED = "published"


class Review(Model):
    """One thread about an agent's draft, open until the draft is published or it is withdrawn.

    `digest`, `flow_graph_id` and `spec_json` are what was asked about in this round, `replaces_id`
    the version that was active then, `changed_by` who had changed the draft last. Approvals count
    for exactly that. `version_id` is the version that it became.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("version_id"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"], ["flow_graphs.workspace_id", "flow_graphs.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "replaces_id"], ["agent_versions.workspace_id", "agent_versions.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "version_id"], ["agent_versions.workspace_id", "agent_versions.id"]
        ),
        Index(
            "uq_reviews_one_open",
            "agent_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_reviews_open",
            "workspace_id",
            "updated_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "workspace_id", "closed_at", "id"),
        Index(None, "flow_graph_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    status: Mapped[ReviewStatus] = mapped_column(Word(ReviewStatus), default=ReviewStatus.WAITING)
    round: Mapped[int] = mapped_column(default=1)
    asked_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    changed_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id)
    digest: Mapped[str] = mapped_column(String(64))
    spec_json: Mapped[dict[str, Any]] = mapped_column(Json)
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    version_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
    asker: Mapped[User] = relationship(viewonly=True, foreign_keys=[asked_by])
    flow_graph: Mapped[FlowGraph] = relationship(
        viewonly=True, foreign_keys=[workspace_id, flow_graph_id]
    )
    replaces: Mapped[AgentVersion | None] = relationship(
        viewonly=True, foreign_keys=[workspace_id, replaces_id]
    )
    version: Mapped[AgentVersion | None] = relationship(
        viewonly=True, foreign_keys=[workspace_id, version_id]
    )

    @property
    def is_open(self) -> bool:
        """Whether answers still count."""
        return self.closed_at is None


class ReviewPerson(Model):
    """One of the people who were asked by name; without any, all who may publish were."""

    __tablename__ = "review_people"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "review_id"],
            ["reviews.workspace_id", "reviews.id"],
            ondelete="CASCADE",
        ),
        Index(None, "user_id"),
    )

    review_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)

    user: Mapped[User] = relationship(viewonly=True)


class ReviewAct(Model):
    """What somebody did in one round: asked, approved, asked for changes, withdrew, published."""

    __tablename__ = "review_acts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "review_id"],
            ["reviews.workspace_id", "reviews.id"],
            ondelete="CASCADE",
        ),
        Index(None, "review_id", "id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    review_id: Mapped[uuid.UUID] = mapped_column(Id)
    round: Mapped[int] = mapped_column()
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    kind: Mapped[ActKind] = mapped_column(Word(ActKind))
    digest: Mapped[str] = mapped_column(String(64))
    words: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship(viewonly=True)


class ReviewComment(Model):
    """Words about the whole draft or one step; or an answer to such words (`answers_id`)."""

    __tablename__ = "review_comments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "review_id"],
            ["reviews.workspace_id", "reviews.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "answers_id"],
            ["review_comments.workspace_id", "review_comments.id"],
            ondelete="CASCADE",
        ),
        Index(None, "review_id", "id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    review_id: Mapped[uuid.UUID] = mapped_column(Id)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    step_id: Mapped[str | None] = mapped_column(String(8))
    step_name: Mapped[str] = mapped_column(String(120), default="")
    answers_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))

    user: Mapped[User] = relationship(viewonly=True, foreign_keys=[user_id])
    settler: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[settled_by])
