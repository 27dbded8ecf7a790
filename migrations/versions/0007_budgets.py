"""Budgets: how much may be spent on language models in a day or a month, and by whom it was."""

import uuid

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOBODY = uuid.UUID(int=0)
COUNTED = ("answers", "input_tokens", "output_tokens", "cost", "unpriced")


def upgrade() -> None:
    _budgets()
    _reservations()
    _usage_by_person_and_chat()


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("subject_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=True),
        sa.Column("chat_id", model.Id(), nullable=True),
        sa.Column("period", sa.String(24), nullable=False),
        sa.Column("max_cost", sa.BigInteger(), nullable=True),
        sa.Column("max_tokens", sa.BigInteger(), nullable=True),
        sa.Column("set_at", model.UtcTime(), nullable=False),
        sa.Column("set_by", model.Id(), nullable=True),
        sa.Column("begun", sa.Date(), nullable=False),
        sa.Column("spent_cost", sa.BigInteger(), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), nullable=False),
        sa.Column("held_cost", sa.BigInteger(), nullable=False),
        sa.Column("held_tokens", sa.BigInteger(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_budgets_set_by_users")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_budgets_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chat_id"],
            ["chats.workspace_id", "chats.id"],
            name=op.f("fk_budgets_workspace_id_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_budgets_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_budgets_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id",
            "scope",
            "subject_id",
            "period",
            name=op.f("uq_budgets_workspace_id_scope_subject_id_period"),
        ),
    )


def _reservations() -> None:
    op.create_table(
        "budget_reservations",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("budget_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("begun", sa.Date(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("until", model.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "budget_id"],
            ["budgets.workspace_id", "budgets.id"],
            name=op.f("fk_budget_reservations_workspace_id_budget_id_budgets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", "budget_id", name=op.f("pk_budget_reservations")),
    )
    op.create_index(
        op.f("ix_budget_reservations_until"), "budget_reservations", ["until"], unique=False
    )
    op.create_index(
        op.f("ix_budget_reservations_workspace_id_budget_id"),
        "budget_reservations",
        ["workspace_id", "budget_id"],
        unique=False,
    )


def _usage_by_person_and_chat() -> None:
    """The key of `usage_days` grows, so its rows move into a new table of that name."""
    old = sa.table(
        "usage_days",
        sa.column("workspace_id", model.Id()),
        sa.column("day", sa.Date()),
        sa.column("agent_id", model.Id()),
        sa.column("model", sa.String()),
        *(sa.column(name, sa.BigInteger()) for name in COUNTED),
    )
    rows = [dict(row) for row in op.get_bind().execute(sa.select(old)).mappings()]
    op.drop_table("usage_days")
    new = op.create_table(
        "usage_days",
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("chat_id", model.Id(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("unpriced", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_usage_days_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "day",
            "agent_id",
            "user_id",
            "chat_id",
            "model",
            name=op.f("pk_usage_days"),
        ),
    )
    if rows:
        op.bulk_insert(new, [{**row, "user_id": NOBODY, "chat_id": NOBODY} for row in rows])
