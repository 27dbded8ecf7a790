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
        "notice_choices",
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notice_choices_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notice_choices")),
    )
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
        "outbox",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("recipients", model.Json(), nullable=False),
        sa.Column("cc", model.Json(), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("files", model.Json(), nullable=False),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", model.UtcTime(), nullable=False),
        sa.Column("taken", model.Json(), nullable=False),
        sa.Column("refused", model.Json(), nullable=False),
        sa.Column("sent_at", model.UtcTime(), nullable=True),
        sa.Column("error", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_outbox_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_outbox_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "idempotency_key", name=op.f("uq_outbox_workspace_id_idempotency_key")
        ),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_waiting",
            ["next_try"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_id_status_id"),
            ["workspace_id", "status", "id"],
            unique=False,
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
        "mail_servers",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("encryption", sa.String(24), nullable=False),
        sa.Column("username", sa.String(length=254), nullable=False),
        sa.Column("secret_id", model.Id(), nullable=True),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("last_tested", model.UtcTime(), nullable=True),
        sa.Column("last_result", sa.String(length=600), nullable=False),
        sa.Column("last_worked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "secret_id"],
            ["secrets.workspace_id", "secrets.id"],
            name=op.f("fk_mail_servers_workspace_id_secret_id_secrets"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_mail_servers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_servers")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_mail_servers_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_mail_servers_workspace_id")),
    )
    op.create_table(
        "notices",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", model.UtcTime(), nullable=False),
        sa.Column("closed_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_notices_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_notices_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_notices_workspace_id_id")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notices_workspace_id_agent_id"),
            ["workspace_id", "agent_id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_notices_one_open",
            ["workspace_id", "topic"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "samples",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", model.Json(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("pinned_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pinned_by"], ["users.id"], name=op.f("fk_samples_pinned_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_samples_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("agent_id", "node_id", name=op.f("uq_samples_agent_id_node_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_samples_workspace_id_id")),
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
        "trigger_samples",
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("caught_at", model.UtcTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_trigger_samples_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agent_id", "node_id", name=op.f("pk_trigger_samples")),
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
        "deliveries",
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("delivery_id", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_deliveries_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("trigger_id", "id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "uq_deliveries_trigger_id_delivery_id",
            ["trigger_id", "delivery_id"],
            unique=True,
            sqlite_where=sa.text("delivery_id IS NOT NULL"),
            postgresql_where=sa.text("delivery_id IS NOT NULL"),
        )

    op.create_table(
        "delivery_refusals",
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", model.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_delivery_refusals_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("trigger_id", "day", "reason", name=op.f("pk_delivery_refusals")),
    )
    op.create_table(
        "hook_catching",
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("until", model.UtcTime(), nullable=False),
        sa.Column("started_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["users.id"], name=op.f("fk_hook_catching_started_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_hook_catching_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("trigger_id", name=op.f("pk_hook_catching")),
    )
    op.create_table(
        "hook_secrets",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_hook_secrets_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_hook_secrets_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_secrets")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_hook_secrets_workspace_id_id")),
    )
    with op.batch_alter_table("hook_secrets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hook_secrets_trigger_id"), ["trigger_id"], unique=False
        )

    op.create_table(
        "mailbox_marks",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("connection_id", model.Id(), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_mailbox_marks_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_marks")),
        sa.UniqueConstraint("trigger_id", name=op.f("uq_mailbox_marks_trigger_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_mailbox_marks_workspace_id_id")),
    )
    op.create_table(
        "notice_copies",
        sa.Column("notice_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("seen_at", model.UtcTime(), nullable=True),
        sa.Column("mail_due", model.UtcTime(), nullable=True),
        sa.Column("mailed_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notice_copies_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "notice_id"],
            ["notices.workspace_id", "notices.id"],
            name=op.f("fk_notice_copies_workspace_id_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "user_id", name=op.f("pk_notice_copies")),
    )
    with op.batch_alter_table("notice_copies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_copies_mail_due",
            ["mail_due"],
            unique=False,
            sqlite_where=sa.text("mail_due IS NOT NULL"),
            postgresql_where=sa.text("mail_due IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_notice_copies_unseen",
            ["user_id", "workspace_id"],
            unique=False,
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_notice_copies_user_id_mailed_at"), ["user_id", "mailed_at"], unique=False
        )

    op.create_table(
        "schedule_fires",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("trigger_id", model.Id(), nullable=False),
        sa.Column("due", model.UtcTime(), nullable=False),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_schedule_fires_workspace_id_trigger_id_triggers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_fires")),
        sa.UniqueConstraint("trigger_id", "due", name=op.f("uq_schedule_fires_trigger_id_due")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_schedule_fires_workspace_id_id")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("run_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("iteration", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("argument_hash", sa.String(length=64), nullable=False),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("due", model.UtcTime(), nullable=True),
        sa.Column("remind_at", model.UtcTime(), nullable=True),
        sa.Column("tell_at", model.UtcTime(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("assigned_to", model.Id(), nullable=True),
        sa.Column("answered_by", model.Id(), nullable=True),
        sa.Column("ended_at", model.UtcTime(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_approvals_answered_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["users.id"], name=op.f("fk_approvals_assigned_to_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_approvals_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_approvals_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_approvals_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint(
            "run_id",
            "node_id",
            "iteration",
            "round",
            name=op.f("uq_approvals_run_id_node_id_iteration_round"),
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_approvals_workspace_id_id")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(
            "ix_approvals_due",
            ["due"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index(
            "ix_approvals_open",
            ["workspace_id", "due"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index(
            "ix_approvals_tell",
            ["tell_at"],
            unique=False,
            sqlite_where=sa.text("tell_at IS NOT NULL"),
            postgresql_where=sa.text("tell_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_approvals_workspace_id_ended_at_id"),
            ["workspace_id", "ended_at", "id"],
            unique=False,
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

    op.create_table(
        "approval_links",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("approval_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", model.UtcTime(), nullable=False),
        sa.Column("used_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_approval_links_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "approval_id"],
            ["approvals.workspace_id", "approvals.id"],
            name=op.f("fk_approval_links_workspace_id_approval_id_approvals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_approval_links_token_hash")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_approval_links_workspace_id_id")),
    )
    with op.batch_alter_table("approval_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approval_links_approval_id_user_id"),
            ["approval_id", "user_id"],
            unique=False,
        )

    op.create_table(
        "approval_people",
        sa.Column("approval_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_approval_people_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "approval_id"],
            ["approvals.workspace_id", "approvals.id"],
            name=op.f("fk_approval_people_workspace_id_approval_id_approvals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("approval_id", "user_id", name=op.f("pk_approval_people")),
    )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_parallel", sa.Integer(), nullable=True))

    with op.batch_alter_table("connector_configs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failing_since", model.UtcTime(), nullable=True))
        batch_op.add_column(
            sa.Column("last_error", sa.String(length=400), server_default="", nullable=False)
        )

    with op.batch_alter_table("run_nodes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_run_nodes_failed",
            ["run_id"],
            unique=False,
            sqlite_where=sa.text("status = 'failed'"),
            postgresql_where=sa.text("status = 'failed'"),
        )

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
            "ix_runs_replay_of",
            ["replay_of"],
            unique=False,
            sqlite_where=sa.text("replay_of IS NOT NULL"),
            postgresql_where=sa.text("replay_of IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_runs_wake",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_parallel", sa.Integer(), nullable=True))
