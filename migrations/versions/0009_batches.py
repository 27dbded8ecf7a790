"""One agent run for each row of a table or a file."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LIVE = sa.text("status = 'running' OR open_rows > 0")
_HAS_RUN = sa.text("run_id IS NOT NULL")


def upgrade() -> None:
    _batches()
    _batch_rows()


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("agent_version_id", model.Id(), nullable=False),
        sa.Column("created_by", model.Id(), nullable=False),
        sa.Column("run_by", model.Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("table_id", model.Id(), nullable=True),
        sa.Column("columns_json", model.Json(), nullable=False),
        sa.Column("matching", model.Json(), nullable=False),
        sa.Column("answer_names", model.Json(), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("parallel", "stop_after")),
        sa.Column("until", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(name, model.UtcTime(), nullable=True) for name in _MOMENTS),
        *(
            sa.ForeignKeyConstraint([name], ["users.id"], name=op.f(f"fk_batches_{name}_users"))
            for name in ("created_by", "run_by")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_batches_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_version_id"],
            ["agent_versions.workspace_id", "agent_versions.id"],
            name=op.f("fk_batches_workspace_id_agent_version_id_agent_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_batches_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_batches_workspace_id_id")),
    )
    op.create_index(
        op.f("ix_batches_workspace_id_agent_id_id"), "batches", ["workspace_id", "agent_id", "id"]
    )
    op.create_index(
        "ix_batches_live", "batches", ["id"], sqlite_where=_LIVE, postgresql_where=_LIVE
    )


_COUNTS = (
    "total",
    "left_out",
    "open_rows",
    "done",
    "failed",
    "cancelled",
    "failed_in_row",
    "settled",
)
_SUMS = ("cost", "tokens", "unpriced")
_MOMENTS = ("started_at", "resumed_at", "finished_at")


def _batch_rows() -> None:
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", model.Id(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("cells", model.Json(), nullable=False),
        sa.Column("source_row_id", model.Id(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("answer", model.Json(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["batches.workspace_id", "batches.id"],
            name=op.f("fk_batch_rows_workspace_id_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_rows")),
    )
    op.create_index(
        op.f("ix_batch_rows_batch_id_status_number"),
        "batch_rows",
        ["batch_id", "status", "number"],
    )
    op.create_index(
        "ix_batch_rows_run_id",
        "batch_rows",
        ["run_id"],
        sqlite_where=_HAS_RUN,
        postgresql_where=_HAS_RUN,
    )
