"""Pictures that people sent are shown small: nothing in the tables changes for it.

The small copies lie beside their files under the same id; the size stands with the message.
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to change."""
