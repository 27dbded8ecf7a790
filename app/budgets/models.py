"""Budgets with what was spent of them, and what calls that are under way hold of them."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Model, RowId, UtcTime, Word


class Scope(enum.StrEnum):
    """Whose spending a budget is about."""

    WORKSPACE = "workspace"
    AGENT = "agent"
    CHAT = "chat"


class Period(enum.StrEnum):
    """For how long a budget lasts until it begins anew, in the workspace's time zone."""

    DAY = "day"
    MONTH = "month"


class Budget(Model):
    """How much may be spent in a day or a month; costs are in millionths of a dollar.

    The sums are those of the period that began on `begun`: `spent` was used, `held` is kept for
    questions that are being answered. `warned_on` and `stopped_on` name the period in which
    people were told. `subject_id` is the workspace, the agent or the chat.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "scope", "subject_id", "period"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "chat_id"], ["chats.workspace_id", "chats.id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    scope: Mapped[Scope] = mapped_column(Word(Scope))
    subject_id: Mapped[uuid.UUID] = mapped_column(Id)
    agent_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    chat_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    period: Mapped[Period] = mapped_column(Word(Period))
    max_cost: Mapped[int | None] = mapped_column(BigInteger)
    max_tokens: Mapped[int | None] = mapped_column(BigInteger)
    set_at: Mapped[CreatedAt]
    set_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    begun: Mapped[date] = mapped_column(Date)
    spent_cost: Mapped[int] = mapped_column(BigInteger, default=0)
    spent_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    held_cost: Mapped[int] = mapped_column(BigInteger, default=0)
    held_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    warned_on: Mapped[date | None] = mapped_column(Date)
    stopped_on: Mapped[date | None] = mapped_column(Date)


class Reservation(Model):
    """What one question to a model holds of one budget until it is settled; `until` at most."""

    __tablename__ = "budget_reservations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "budget_id"],
            ["budgets.workspace_id", "budgets.id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "budget_id"),
        Index(None, "until"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    budget_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    begun: Mapped[date] = mapped_column(Date)
    cost: Mapped[int] = mapped_column(BigInteger)
    tokens: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[datetime] = mapped_column(UtcTime)
