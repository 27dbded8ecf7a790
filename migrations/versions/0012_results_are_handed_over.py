"""Workers write the results of batches into tables, and make files of them."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_WORKING = sa.text("status = 'working'")
_COUNTS = ("tries", "taken", "rows", "whole")


def upgrade() -> None:
    op.create_table(
        "batch_handovers",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("batch_id", model.Id(), nullable=False),
        sa.Column("asked_by", model.Id(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("wish", model.Json(), nullable=False),
        sa.Column("turn", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("left_over", model.Json(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("table_id", model.Id(), nullable=True),
        sa.Column("file_id", model.Id(), nullable=True),
        sa.Column("finished_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_batch_handovers_asked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["batches.workspace_id", "batches.id"],
            name=op.f("fk_batch_handovers_workspace_id_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_handovers")),
        sa.UniqueConstraint("batch_id", "kind", name=op.f("uq_batch_handovers_batch_id_kind")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_batch_handovers_workspace_id_id")),
    )
    op.create_index(
        "ix_batch_handovers_working",
        "batch_handovers",
        ["id"],
        sqlite_where=_WORKING,
        postgresql_where=_WORKING,
    )
