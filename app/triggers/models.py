"""The triggers of published agents: one row per start step, with what each kind needs beside."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agents.models import Agent
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word


class TriggerKind(enum.StrEnum):
    """What a trigger listens to."""

    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    FORM = "form"
    EMAIL = "email"
    AGENT = "agent"
    FAILURE = "failure"
    CHAT = "chat"


class WhenBusy(enum.StrEnum):
    """What happens when a trigger fires while a run of the same agent is still going."""

    QUEUE = "queue"
    SKIP = "skip"


class Trigger(Model):
    """One start step of an agent's active version, kept from version to version by its step id.

    It fires while the agent is on and `is_present` says that the active version still has the
    step. `settings` are the step's fields as published. `token` is in the address of
    webhooks and forms.
    """

    __tablename__ = "triggers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("agent_id", "node_id"),
        UniqueConstraint("token"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        Index(None, "kind", "next_due"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    node_id: Mapped[str] = mapped_column(String(8))
    kind: Mapped[TriggerKind] = mapped_column(Word(TriggerKind))
    name: Mapped[str] = mapped_column(String(120), default="")
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    when_busy: Mapped[WhenBusy] = mapped_column(Word(WhenBusy), default=WhenBusy.QUEUE)
    is_present: Mapped[bool] = mapped_column(default=True)
    token: Mapped[str | None] = mapped_column(String(64))  # 192 bits, in the address
    next_due: Mapped[datetime | None] = mapped_column(UtcTime)  # schedules and mailboxes
    last_fired: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    failing_since: Mapped[datetime | None] = mapped_column(UtcTime)

    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])
