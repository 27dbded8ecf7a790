"""Small copies of pictures in chats are drawn by workers, after the message stands."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures_to_draw",
        sa.Column("message_id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("file_id", model.Id(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "message_id"],
            ["messages.workspace_id", "messages.id"],
            name=op.f("fk_pictures_to_draw_workspace_id_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "file_id"],
            ["files.workspace_id", "files.id"],
            name=op.f("fk_pictures_to_draw_workspace_id_file_id_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_pictures_to_draw")),
    )
    op.create_index(
        op.f("ix_pictures_to_draw_workspace_id_file_id"),
        "pictures_to_draw",
        ["workspace_id", "file_id"],
    )
