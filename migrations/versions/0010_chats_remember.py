"""What chats remember in short, chats that try a draft, and small pictures of images."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "chats", sa.Column("is_trial", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("chats", sa.Column("summary", sa.Text(), nullable=False, server_default=""))
    op.add_column("chats", sa.Column("summed_to", model.Id(), nullable=True))
    op.create_table(
        "thumbnails",
        sa.Column("file_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "file_id"],
            ["files.workspace_id", "files.id"],
            name=op.f("fk_thumbnails_workspace_id_file_id_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_thumbnails")),
    )
