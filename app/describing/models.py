"""Workflows: flows that were proposed in a chat, and what became of each."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.agents.models import Agent, FlowGraph
from app.chats.models import Chat
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word


class WorkflowStatus(enum.StrEnum):
    """Proposed (draft), applied to an agent (active), published with it (completed), put aside."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class Workflow(Model):
    """One proposal. Its flow and the one it began with are frozen, so it stays what it was.

    `agent_id` is the agent it changes, or the one it was made into; None while that is to come.
    `base_revision` is the draft's when it was proposed, `applied_revision` the draft's afterwards.
    """

    __tablename__ = "workflows"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("chat_id", "once"),
        ForeignKeyConstraint(
            ["workspace_id", "chat_id"], ["chats.workspace_id", "chats.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"], ["flow_graphs.workspace_id", "flow_graphs.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "base_graph_id"], ["flow_graphs.workspace_id", "flow_graphs.id"]
        ),
        Index(None, "workspace_id", "agent_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    chat_id: Mapped[uuid.UUID] = mapped_column(Id)
    agent_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    flow_graph_id: Mapped[uuid.UUID] = mapped_column(Id)
    base_graph_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    number: Mapped[int] = mapped_column()  # within its chat, from 1
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(24))  # semver
    description: Mapped[str] = mapped_column(String(400), default="")
    tech_spec: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[WorkflowStatus] = mapped_column(Word(WorkflowStatus))
    missing: Mapped[list[str]] = mapped_column(Json, default=list)
    by_patterns: Mapped[bool] = mapped_column(default=False)
    is_complete: Mapped[bool] = mapped_column(default=False)  # its code has been filled in
    base_revision: Mapped[int | None] = mapped_column()
    applied_revision: Mapped[int | None] = mapped_column()
    applied_at: Mapped[datetime | None] = mapped_column(UtcTime)
    applied_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    once: Mapped[str] = mapped_column(String(120))  # a step that runs twice proposes once
    timestamp: Mapped[datetime] = mapped_column(UtcTime)  # when its state last changed
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)

    chat: Mapped[Chat] = relationship(viewonly=True, foreign_keys=[workspace_id, chat_id])
    agent: Mapped[Agent | None] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
    applier: Mapped[User | None] = relationship(foreign_keys=[applied_by], viewonly=True)
    flow_graph: Mapped[FlowGraph] = relationship(
        viewonly=True, foreign_keys=[workspace_id, flow_graph_id]
    )
    base_graph: Mapped[FlowGraph | None] = relationship(
        viewonly=True, foreign_keys=[workspace_id, base_graph_id]
    )

    @property
    def is_applied(self) -> bool:
        """Whether an agent's draft has it now."""
        return self.status in (WorkflowStatus.ACTIVE, WorkflowStatus.COMPLETED)

    @property
    def is_change(self) -> bool:
        """Whether it changes an agent that was there, instead of making a new one."""
        return self.base_graph_id is not None
