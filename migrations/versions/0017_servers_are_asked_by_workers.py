"""Since when a connection waits for a worker to ask its MCP server which tools it has."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE, _COLUMN = "connector_configs", "tools_wanted_since"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column(_COLUMN, model.UtcTime(), nullable=True))
    op.create_index(op.f(f"ix_{_TABLE}_{_COLUMN}"), _TABLE, [_COLUMN])
