"""Which rights an MCP server wants beside those that its sign-in has, and since when."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLE = "connector_configs"


def upgrade() -> None:
    op.add_column(
        _TABLE,
        sa.Column("wanted_rights", sa.String(length=1_000), server_default="", nullable=False),
    )
    op.add_column(_TABLE, sa.Column("rights_wanted_since", model.UtcTime(), nullable=True))
