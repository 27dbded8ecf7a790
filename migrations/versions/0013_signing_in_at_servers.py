"""Signing in at MCP servers: sign-ins that were begun, and who renews a token just now."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = "server_sign_ins"


def upgrade() -> None:
    op.add_column("secrets", sa.Column("renewing_until", model.UtcTime(), nullable=True))
    op.create_table(
        _TABLE,
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("connection_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("login_id", model.Id(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", model.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["logins.id"],
            name=op.f(f"fk_{_TABLE}_login_id_logins"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f(f"fk_{_TABLE}_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "connection_id"],
            ["connector_configs.workspace_id", "connector_configs.id"],
            name=op.f(f"fk_{_TABLE}_workspace_id_connection_id_connector_configs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f(f"fk_{_TABLE}_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("state_hash", name=op.f(f"uq_{_TABLE}_state_hash")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f(f"uq_{_TABLE}_workspace_id_id")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_connection_id"), _TABLE, ["connection_id"])
    op.create_index(op.f(f"ix_{_TABLE}_expires_at"), _TABLE, ["expires_at"])
