"""Workers read the rows of batches; one agent of a workspace for each command."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('running', 'reading', 'checking') OR open_rows > 0")
_HAS_COMMAND = sa.text("command IS NOT NULL")
# Before there was this index, two people could give one command to two agents at once.
_KEEP_THE_FIRST = sa.text(
    "UPDATE agents SET command = NULL WHERE command IS NOT NULL AND EXISTS ("
    "SELECT 1 FROM agents AS earlier WHERE earlier.workspace_id = agents.workspace_id "
    "AND earlier.command = agents.command AND (earlier.created_at < agents.created_at "
    "OR (earlier.created_at = agents.created_at AND earlier.id < agents.id)))"
)


def upgrade() -> None:
    _what_workers_do_before_a_batch_begins()
    op.execute(_KEEP_THE_FIRST)
    op.create_index(
        "uq_agents_command",
        "agents",
        ["workspace_id", "command"],
        unique=True,
        sqlite_where=_HAS_COMMAND,
        postgresql_where=_HAS_COMMAND,
    )


def _what_workers_do_before_a_batch_begins() -> None:
    op.add_column("batches", sa.Column("wish", model.Json(), nullable=True))
    op.add_column(
        "batches", sa.Column("taken", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("batches", sa.Column("share", sa.Integer(), nullable=True))
    op.add_column("batches", sa.Column("problem", sa.Text(), nullable=False, server_default=""))
    op.drop_index("ix_batches_live", table_name="batches")
    op.create_index(
        "ix_batches_live", "batches", ["id"], sqlite_where=_LIVE, postgresql_where=_LIVE
    )
