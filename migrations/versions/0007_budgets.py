"""Budgets: how much may be spent on language models in a day or a month."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
