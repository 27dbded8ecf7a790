"""Model providers, the models chosen from them, what each is used for, and what was used up."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word
from app.vault.models import Secret

NO_AGENT = uuid.UUID(int=0)
"""Stands for an agent in `usage_days` where a person asked a model, not an agent."""
NOBODY = NO_CHAT = uuid.UUID(int=0)
"""Stand for a person and a chat in `usage_days` where nobody started it, and outside of chats."""


class Purpose(enum.StrEnum):
    """What a workspace keeps a model for."""

    DEFAULT = "default"
    FAST = "fast"
    GOOD = "good"
    FALLBACK = "fallback"  # answers when one of the others cannot


class ModelProvider(Model):
    """Who answers: a service with a key, or a server in reach. `kind` names the provider."""

    __tablename__ = "model_providers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        ForeignKeyConstraint(["workspace_id", "secret_id"], ["secrets.workspace_id", "secrets.id"]),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(500), default="")  # empty: the provider's own
    secret_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    offered: Mapped[list[str]] = mapped_column(Json, default=list)  # names it listed when asked
    last_checked: Mapped[datetime | None] = mapped_column(UtcTime)
    last_result: Mapped[str] = mapped_column(String(400), default="")
    failing_since: Mapped[datetime | None] = mapped_column(UtcTime)
    last_error: Mapped[str] = mapped_column(String(400), default="")

    secret: Mapped[Secret | None] = relationship(
        lazy="joined", viewonly=True, foreign_keys=[workspace_id, secret_id]
    )
    author: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[created_by])


class LanguageModel(Model):
    """One model that steps can ask. Prices are in millionths of a dollar per million tokens."""

    __tablename__ = "language_models"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "provider_id", "model_name"),
        ForeignKeyConstraint(
            ["workspace_id", "provider_id"],
            ["model_providers.workspace_id", "model_providers.id"],
            ondelete="CASCADE",
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    provider_id: Mapped[uuid.UUID] = mapped_column(Id)
    model_name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(120))
    price_in: Mapped[int | None] = mapped_column(BigInteger)  # None: the price list says
    price_out: Mapped[int | None] = mapped_column(BigInteger)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))

    provider: Mapped[ModelProvider] = relationship(
        lazy="joined", innerjoin=True, viewonly=True, foreign_keys=[workspace_id, provider_id]
    )


class ModelChoice(Model):
    """Which model a workspace uses for a purpose."""

    __tablename__ = "model_choices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "model_id"],
            ["language_models.workspace_id", "language_models.id"],
            ondelete="CASCADE",
        ),
    )

    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose), primary_key=True)
    model_id: Mapped[uuid.UUID] = mapped_column(Id)


class UsageDay(Model):
    """What one agent used of one model on one day of its workspace; outlives the runs.

    For whom it worked is said, too: who started it, and in which chat. Costs are in millionths
    of a dollar; `unpriced` counts the tokens whose price is not known. Agent, person and chat may
    be gone, so the row does not refer to them.
    """

    __tablename__ = "usage_days"

    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    agent_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=NOBODY)
    chat_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True, default=NO_CHAT)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    output_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    cost: Mapped[int] = mapped_column(BigInteger, default=0)
    unpriced: Mapped[int] = mapped_column(BigInteger, default=0)
