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
        "data_tables",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("columns_json", model.Json(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_data_tables_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_data_tables_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_tables")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_data_tables_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "slug", name=op.f("uq_data_tables_workspace_id_slug")),
    )
    op.create_table(
        "workspace_variables",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("value_json", model.Json(), nullable=True),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("updated_by", model.Id(), nullable=True),
        sa.Column("updated_run", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name=op.f("fk_workspace_variables_updated_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_workspace_variables_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_variables")),
        sa.UniqueConstraint(
            "workspace_id", "id", name=op.f("uq_workspace_variables_workspace_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id", "name", name=op.f("uq_workspace_variables_workspace_id_name")
        ),
    )
    op.create_table(
        "data_rows",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("table_id", model.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("values_json", model.Json(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sort_keys", model.Json(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=160), nullable=True),
        sa.Column("bin_id", model.Id(), nullable=True),
        sa.Column("binned_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            name=op.f("fk_data_rows_workspace_id_table_id_data_tables"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_rows")),
        sa.UniqueConstraint(
            "table_id", "idempotency_key", name=op.f("uq_data_rows_table_id_idempotency_key")
        ),
        sa.UniqueConstraint("table_id", "position", name=op.f("uq_data_rows_table_id_position")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_data_rows_workspace_id_id")),
    )
    with op.batch_alter_table("data_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_data_rows_bin",
            ["binned_at"],
            unique=False,
            sqlite_where=sa.text("bin_id IS NOT NULL"),
            postgresql_where=sa.text("bin_id IS NOT NULL"),
        )

    op.create_table(
        "table_imports",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("table_id", model.Id(), nullable=True),
        sa.Column("created_by", model.Id(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("header", model.Json(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_table_imports_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            name=op.f("fk_table_imports_workspace_id_table_id_data_tables"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_table_imports_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_imports")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_table_imports_workspace_id_id")),
    )
    with op.batch_alter_table("table_imports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_table_imports_created_at"), ["created_at"], unique=False
        )

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
        "files",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_files_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_files_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_files_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_files_workspace_id_id")),
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_files_waiting",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("run_id IS NULL"),
            postgresql_where=sa.text("run_id IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_files_workspace_id_run_id"), ["workspace_id", "run_id"], unique=False
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
