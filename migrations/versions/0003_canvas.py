"""How each person last looked at an agent's flow: on the canvas or as a list, and where."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canvas_views",
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("x", sa.Float(), nullable=True),
        sa.Column("y", sa.Float(), nullable=True),
        sa.Column("zoom", sa.Float(), nullable=True),
        sa.Column("view", sa.String(24), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_canvas_views_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_canvas_views_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agent_id", "user_id", name=op.f("pk_canvas_views")),
    )
    with op.batch_alter_table("canvas_views", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_canvas_views_user_id_updated_at"),
            ["user_id", "updated_at"],
            unique=False,
        )
