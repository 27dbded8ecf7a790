"""Workers make files of tables, too: handovers are of a batch or of a table."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WORKING = sa.text("status = 'working'")
_COUNTS = ("tries", "taken", "rows", "whole")
_KEPT = (
    "id, created_at, workspace_id, batch_id, asked_by, kind, status, name, wish, turn, tries, "
    "taken, rows, whole, left_over, sentence, table_id, file_id, finished_at"
)


def upgrade() -> None:
    _make()
    op.create_index(
        "ix_handovers_working",
        "handovers",
        ["id"],
        sqlite_where=_WORKING,
        postgresql_where=_WORKING,
    )
    op.execute(
        f"INSERT INTO handovers ({_KEPT}) SELECT {_KEPT} FROM batch_handovers"  # noqa: S608  # ours
    )
    op.drop_table("batch_handovers")


def _make() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("batch_id", model.Id(), nullable=True),
        sa.Column("of_table_id", model.Id(), nullable=True),
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
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_handovers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["users.id"], name=op.f("fk_handovers_asked_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["batches.workspace_id", "batches.id"],
            name=op.f("fk_handovers_workspace_id_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "of_table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            name=op.f("fk_handovers_workspace_id_of_table_id_data_tables"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_handovers_workspace_id_id")),
        sa.UniqueConstraint("batch_id", "kind", name=op.f("uq_handovers_batch_id_kind")),
        sa.UniqueConstraint(
            "of_table_id", "asked_by", "kind", name=op.f("uq_handovers_of_table_id_asked_by_kind")
        ),
    )
