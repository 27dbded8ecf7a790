"""Language models of a workspace, and what was used of them."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_providers",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("secret_id", model.Id(), nullable=True),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.Column("offered", model.Json(), nullable=False),
        sa.Column("last_checked", model.UtcTime(), nullable=True),
        sa.Column("last_result", sa.String(length=400), nullable=False),
        sa.Column("failing_since", model.UtcTime(), nullable=True),
        sa.Column("last_error", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_model_providers_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "secret_id"],
            ["secrets.workspace_id", "secrets.id"],
            name=op.f("fk_model_providers_workspace_id_secret_id_secrets"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_model_providers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_providers")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_model_providers_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "name", name=op.f("uq_model_providers_workspace_id_name")
        ),
    )
    op.create_table(
        "language_models",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("provider_id", model.Id(), nullable=False),
        sa.Column("model_name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("price_in", sa.BigInteger(), nullable=True),
        sa.Column("price_out", sa.BigInteger(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by", model.Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_language_models_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "provider_id"],
            ["model_providers.workspace_id", "model_providers.id"],
            name=op.f("fk_language_models_workspace_id_provider_id_model_providers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_language_models_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_language_models")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_language_models_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id",
            "provider_id",
            "model_name",
            name=op.f("uq_language_models_workspace_id_provider_id_model_name"),
        ),
    )
    op.create_table(
        "model_choices",
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("model_id", model.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "model_id"],
            ["language_models.workspace_id", "language_models.id"],
            name=op.f("fk_model_choices_workspace_id_model_id_language_models"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_model_choices_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "purpose", name=op.f("pk_model_choices")),
    )
    op.create_table(
        "usage_days",
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("unpriced", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_usage_days_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "day", "agent_id", "model", name=op.f("pk_usage_days")
        ),
    )
    for table in ("runs", "run_nodes"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("unpriced", sa.BigInteger(), server_default="0", nullable=False)
            )
