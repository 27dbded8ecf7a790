"""Workflows that were proposed in chats."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workflows",
        *(sa.Column(name, model.Id(), nullable=False) for name in _IDS),
        *(sa.Column(name, model.Id(), nullable=True) for name in _IDS_IF_ANY),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=24), nullable=False),
        sa.Column("description", sa.String(length=400), nullable=False),
        sa.Column("tech_spec", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("missing", model.Json(), nullable=False),
        sa.Column("by_patterns", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=True),
        sa.Column("applied_revision", sa.Integer(), nullable=True),
        sa.Column("applied_at", model.UtcTime(), nullable=True),
        sa.Column("once", sa.String(length=120), nullable=False),
        sa.Column("timestamp", model.UtcTime(), nullable=False),
        sa.Column("metadata", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_workflows_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_workflows_{name}_users"))
            for name in ("user_id", "applied_by")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", name],
                [f"{table}.workspace_id", f"{table}.id"],
                name=op.f(f"fk_workflows_workspace_id_{name}_{table}"),
                ondelete=ondelete,
            )
            for name, table, ondelete in _REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_workflows_workspace_id_id")),
        sa.UniqueConstraint("chat_id", "once", name=op.f("uq_workflows_chat_id_once")),
    )
    op.create_index(
        op.f("ix_workflows_workspace_id_agent_id"), "workflows", ["workspace_id", "agent_id"]
    )


_IDS = ("id", "workspace_id", "user_id", "chat_id", "flow_graph_id")
_IDS_IF_ANY = ("agent_id", "base_graph_id", "applied_by")
_REFERENCES = (
    ("chat_id", "chats", "CASCADE"),
    ("agent_id", "agents", "CASCADE"),
    ("flow_graph_id", "flow_graphs", None),
    ("base_graph_id", "flow_graphs", None),
)
