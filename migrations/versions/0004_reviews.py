"""Reviews: a second person looks at a draft before it is published."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    _reviews()
    _people()
    _acts()
    _comments()


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("updated_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", model.Id(), nullable=False),
        sa.Column("changed_by", model.Id(), nullable=False),
        sa.Column("flow_graph_id", model.Id(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("spec_json", model.Json(), nullable=False),
        sa.Column("replaces_id", model.Id(), nullable=True),
        sa.Column("version_id", model.Id(), nullable=True),
        sa.Column("closed_at", model.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_reviews_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_reviews_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "flow_graph_id"],
            ["flow_graphs.workspace_id", "flow_graphs.id"],
            name=op.f("fk_reviews_workspace_id_flow_graph_id_flow_graphs"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column],
                ["agent_versions.workspace_id", "agent_versions.id"],
                name=op.f(f"fk_reviews_workspace_id_{column}_agent_versions"),
            )
            for column in ("replaces_id", "version_id")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["users.id"], name=op.f(f"fk_reviews_{column}_users"))
            for column in ("asked_by", "changed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_reviews_workspace_id_id")),
        sa.UniqueConstraint("version_id", name=op.f("uq_reviews_version_id")),
    )
    for name, columns, unique in (
        ("uq_reviews_one_open", ["agent_id"], True),
        ("ix_reviews_open", ["workspace_id", "updated_at"], False),
    ):
        op.create_index(
            name, "reviews", columns, unique=unique, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
    _index("reviews", "workspace_id", "closed_at", "id")
    _index("reviews", "flow_graph_id")


def _people() -> None:
    op.create_table(
        "review_people",
        sa.Column("review_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        _of_a_review("review_people"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_review_people_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "user_id", name=op.f("pk_review_people")),
    )
    _index("review_people", "user_id")


def _acts() -> None:
    op.create_table(
        "review_acts",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("review_id", model.Id(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _of_a_review("review_acts"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_review_acts_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_acts")),
    )
    _index("review_acts", "review_id", "id")


def _comments() -> None:
    op.create_table(
        "review_comments",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("review_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("step_id", sa.String(8), nullable=True),
        sa.Column("step_name", sa.String(120), nullable=False),
        sa.Column("answers_id", model.Id(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settled_at", model.UtcTime(), nullable=True),
        sa.Column("settled_by", model.Id(), nullable=True),
        _of_a_review("review_comments"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "answers_id"],
            ["review_comments.workspace_id", "review_comments.id"],
            name=op.f("fk_review_comments_workspace_id_answers_id_review_comments"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_review_comments_{column}_users")
            )
            for column in ("user_id", "settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comments")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_review_comments_workspace_id_id")),
    )
    _index("review_comments", "review_id", "id")


def _of_a_review(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "review_id"],
        ["reviews.workspace_id", "reviews.id"],
        name=op.f(f"fk_{table}_workspace_id_review_id_reviews"),
        ondelete="CASCADE",
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
