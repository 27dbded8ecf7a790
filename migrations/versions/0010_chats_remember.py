"""What chats remember in short, and chats that try a draft."""

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
