"""Agents that start by themselves, loop, wait and ask: what all that needs to be kept."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "triggers",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settings", model.Json(), nullable=False),
        sa.Column("when_busy", sa.String(24), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("next_due", model.UtcTime(), nullable=True),
        sa.Column("last_fired", model.UtcTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failing_since", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_triggers_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_triggers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
        sa.UniqueConstraint("agent_id", "node_id", name=op.f("uq_triggers_agent_id_node_id")),
        sa.UniqueConstraint("token", name=op.f("uq_triggers_token")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_triggers_workspace_id_id")),
    )
    with op.batch_alter_table("triggers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_triggers_kind_next_due"), ["kind", "next_due"], unique=False
        )

    op.create_table(
        "run_waits",
        sa.Column("run_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("iteration", sa.String(length=60), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("due", model.UtcTime(), nullable=True),
        sa.Column("child_run", model.Id(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("replied_at", model.UtcTime(), nullable=True),
        sa.Column("replied_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["users.id"], name=op.f("fk_run_waits_replied_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_run_waits_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "node_id", "iteration", name=op.f("pk_run_waits")),
    )
    with op.batch_alter_table("run_waits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_run_waits_child",
            ["child_run"],
            unique=False,
            sqlite_where=sa.text("child_run IS NOT NULL"),
            postgresql_where=sa.text("child_run IS NOT NULL"),
        )

    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_parallel", sa.Integer(), nullable=True))

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("start_node_id", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("only_node_id", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("trigger_id", model.Id(), nullable=True))
        batch_op.add_column(
            sa.Column("trigger_words", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("wake_at", model.UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("depth", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_runs_parent",
            ["parent_run"],
            unique=False,
            sqlite_where=sa.text("parent_run IS NOT NULL"),
            postgresql_where=sa.text("parent_run IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_runs_wake",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
