"""The first tables: people, workspaces, secrets, agents and runs."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit_events",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=True),
        sa.Column("actor_id", model.Id(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("details", model.Json(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_events_position")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_audit_events_workspace_id_id"), ["workspace_id", "id"], unique=False
        )

    op.create_table(
        "login_attempts",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_login_attempts_email_hash_created_at"),
            ["email_hash", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            op.f("ix_login_attempts_ip_created_at"), ["ip", "created_at"], unique=False
        )

    op.create_table(
        "users",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("nickname", sa.String(length=60), nullable=False),
        sa.Column("picture", sa.String(length=400), nullable=False),
        sa.Column("auth_provider", sa.String(24), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("last_login", model.UtcTime(), nullable=True),
        sa.Column("logins_count", sa.Integer(), nullable=False),
        sa.Column("blocked_for", model.Json(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "identities",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("provider", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("claims", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("provider", "subject", name=op.f("uq_identities_provider_subject")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_identities_user_id"), ["user_id"], unique=False)

    op.create_table(
        "logins",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("last_seen", model.UtcTime(), nullable=False),
        sa.Column("reauthenticated_at", model.UtcTime(), nullable=True),
        sa.Column("revoked_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_logins_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_logins_token_hash")),
    )
    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_logins_user_id_revoked_at"), ["user_id", "revoked_at"], unique=False
        )

    op.create_table(
        "tokens",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", model.Id(), nullable=True),
        sa.Column("expires_at", model.UtcTime(), nullable=False),
        sa.Column("used_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("owner_id", model.Id(), nullable=False),
        sa.Column("plan", sa.String(24), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("settings", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_workspaces_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("slug", name=op.f("uq_workspaces_slug")),
    )
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_workspaces_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "agents",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("created_by", model.Id(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(24), nullable=False),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("system_message", sa.Text(), nullable=False),
        sa.Column("config", model.Json(), nullable=False),
        sa.Column("src", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("command", sa.String(length=40), nullable=True),
        sa.Column("capabilities", model.Json(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("active_version_id", model.Id(), nullable=True),
        sa.Column("last_active", model.UtcTime(), nullable=True),
        sa.Column("performance_metrics", model.Json(), nullable=False),
        sa.Column("metadata", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_agents_created_by_users")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_agents_user_id_users")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_agents_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_agents_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "slug", name=op.f("uq_agents_workspace_id_slug")),
    )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_agents_workspace_id_status_id"), ["workspace_id", "status", "id"], unique=False
        )

    op.create_table(
        "flow_graphs",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("graph_json", model.Json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_flow_graphs_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_graphs")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_flow_graphs_workspace_id_id")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", model.Id(), nullable=False),
        sa.Column("expires_at", model.UtcTime(), nullable=False),
        sa.Column("accepted_at", model.UtcTime(), nullable=True),
        sa.Column("accepted_by", model.Id(), nullable=True),
        sa.Column("revoked_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["users.id"], name=op.f("fk_invitations_accepted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["users.id"], name=op.f("fk_invitations_invited_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_invitations_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_invitations_workspace_id_id")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_invitations_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "secrets",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("encrypted_value", sa.LargeBinary(), nullable=False),
        sa.Column("hosts", model.Json(), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.Column("rotated_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_secrets_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_secrets_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrets")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_secrets_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_secrets_workspace_id_name")),
    )
    op.create_table(
        "workspace_keys",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_workspace_keys_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_keys")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_workspace_keys_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "version", name=op.f("uq_workspace_keys_workspace_id_version")
        ),
    )
    op.create_table(
        "workspace_members",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_workspace_members_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_workspace_members_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_members")),
        sa.UniqueConstraint(
            "workspace_id", "id", name=op.f("uq_workspace_members_workspace_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id", "user_id", name=op.f("uq_workspace_members_workspace_id_user_id")
        ),
    )
    with op.batch_alter_table("workspace_members", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_workspace_members_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_workspace_members_one_owner",
            ["workspace_id"],
            unique=True,
            sqlite_where=sa.text("role = 'owner'"),
            postgresql_where=sa.text("role = 'owner'"),
        )

    op.create_table(
        "agent_versions",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("spec_markdown", sa.Text(), nullable=False),
        sa.Column("spec_json", model.Json(), nullable=False),
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("created_by", model.Id(), nullable=False),
        sa.Column("published_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_agent_versions_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_agent_versions_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            name=op.f("fk_agent_versions_workspace_id_flow_graph_id_flow_graphs"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_agent_versions_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_versions")),
        sa.UniqueConstraint(
            "agent_id", "version_number", name=op.f("uq_agent_versions_agent_id_version_number")
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_agent_versions_workspace_id_id")),
    )
    with op.batch_alter_table("agent_versions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_agent_versions_one_active",
            ["agent_id"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )
        batch_op.create_index(
            "uq_agent_versions_one_draft",
            ["agent_id"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.create_table(
        "connector_configs",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("connector_type", sa.String(24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("config_json", model.Json(), nullable=False),
        sa.Column("secret_id", model.Id(), nullable=True),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.Column("last_checked", model.UtcTime(), nullable=True),
        sa.Column("last_result", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_connector_configs_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "secret_id"],
            ["secrets.workspace_id", "secrets.id"],
            name=op.f("fk_connector_configs_workspace_id_secret_id_secrets"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_connector_configs_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_configs")),
        sa.UniqueConstraint(
            "workspace_id", "id", name=op.f("uq_connector_configs_workspace_id_id")
        ),
        sa.UniqueConstraint(
            "workspace_id", "name", name=op.f("uq_connector_configs_workspace_id_name")
        ),
    )
    op.create_table(
        "edges",
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("edge_id", sa.String(length=8), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("source_port", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=8), nullable=False),
        sa.Column("target_port", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            name=op.f("fk_edges_workspace_id_flow_graph_id_flow_graphs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("flow_graph_id", "edge_id", name=op.f("pk_edges")),
    )
    op.create_table(
        "nodes",
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            name=op.f("fk_nodes_workspace_id_flow_graph_id_flow_graphs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("flow_graph_id", "node_id", name=op.f("pk_nodes")),
    )
    with op.batch_alter_table("nodes", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_nodes_workspace_id_type"), ["workspace_id", "type"], unique=False
        )

    op.create_table(
        "node_references",
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("target_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow_graph_id", "node_id"],
            ["nodes.flow_graph_id", "nodes.node_id"],
            name=op.f("fk_node_references_flow_graph_id_node_id_nodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_node_references_workspace_id_workspaces"),
        ),
        sa.PrimaryKeyConstraint(
            "flow_graph_id", "node_id", "kind", "target_id", name=op.f("pk_node_references")
        ),
    )
    with op.batch_alter_table("node_references", schema=None) as batch_op:
        batch_op.create_index(
            op.f("ix_node_references_workspace_id_kind_target_id"),
            ["workspace_id", "kind", "target_id"],
            unique=False,
        )

    op.create_table(
        "runs",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("agent_version_id", model.Id(), nullable=False),
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("trigger_type", sa.String(24), nullable=False),
        sa.Column("trigger_payload", model.Json(), nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("lane", sa.String(24), nullable=False),
        sa.Column("started_at", model.UtcTime(), nullable=True),
        sa.Column("finished_at", model.UtcTime(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("failed_node_id", sa.String(length=8), nullable=True),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("answer", model.Json(), nullable=True),
        sa.Column("started_by", model.Id(), nullable=True),
        sa.Column("parent_run", model.Id(), nullable=True),
        sa.Column("replay_of", model.Id(), nullable=True),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", model.UtcTime(), nullable=True),
        sa.Column("cancel_requested", model.UtcTime(), nullable=True),
        sa.Column("cancelled_by", model.Id(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_total", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["users.id"], name=op.f("fk_runs_cancelled_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["users.id"], name=op.f("fk_runs_started_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_runs_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_version_id"],
            ["agent_versions.workspace_id", "agent_versions.id"],
            name=op.f("fk_runs_workspace_id_agent_version_id_agent_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            name=op.f("fk_runs_workspace_id_flow_graph_id_flow_graphs"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "parent_run"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_runs_workspace_id_parent_run_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "replay_of"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_runs_workspace_id_replay_of_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_runs_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_runs_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "idempotency_key", name=op.f("uq_runs_workspace_id_idempotency_key")
        ),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_runs_live",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("status IN ('pending', 'running')"),
            postgresql_where=sa.text("status IN ('pending', 'running')"),
        )
        batch_op.create_index(
            op.f("ix_runs_workspace_id_agent_id_id"),
            ["workspace_id", "agent_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            op.f("ix_runs_workspace_id_status_id"), ["workspace_id", "status", "id"], unique=False
        )

    op.create_table(
        "run_logs",
        sa.Column("run_id", model.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("at", model.UtcTime(), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_run_logs_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_run_logs")),
    )
    op.create_table(
        "run_nodes",
        sa.Column("run_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("iteration", sa.String(length=60), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("node_type", sa.String(length=60), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("port", sa.String(length=24), nullable=True),
        sa.Column("input", model.Json(), nullable=True),
        sa.Column("output", model.Json(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("started_at", model.UtcTime(), nullable=True),
        sa.Column("finished_at", model.UtcTime(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_run_nodes_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "node_id", "iteration", name=op.f("pk_run_nodes")),
    )
    op.create_table(
        "run_state",
        sa.Column("run_id", model.Id(), nullable=False),
        sa.Column("node_id", sa.String(length=8), nullable=False),
        sa.Column("iteration", sa.String(length=60), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_run_state_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "node_id", "iteration", name=op.f("pk_run_state")),
    )
    # agents and agent_versions point at each other, so one reference comes last.
    with op.batch_alter_table("agents") as batch_op:
        batch_op.create_foreign_key(
            "fk_agents_active_version",
            "agent_versions",
            ["workspace_id", "active_version_id"],
            ["workspace_id", "id"],
        )
