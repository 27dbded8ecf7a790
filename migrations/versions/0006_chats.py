"""Chats: threads with agents, who may use them, sittings, messages and opinions of them."""

import sqlalchemy as sa
from alembic import op

from app import model

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _chats()
    _chat_access()
    _sessions()
    _messages()
    _message_ratings()


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("agent_id", model.Id(), nullable=False),
        sa.Column("session_id", model.Id(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("last_at", model.UtcTime(), nullable=False),
        sa.Column("last_words", sa.String(length=200), nullable=False),
        sa.Column("archived_at", model.UtcTime(), nullable=True),
        sa.Column("opened_at", model.UtcTime(), nullable=True),
        sa.Column("opened_by", model.Id(), nullable=True),
        sa.Column("forgot_at", model.UtcTime(), nullable=True),
        sa.Column("metadata", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_chats_opened_by_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_chats_user_id_users")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_chats_workspace_id_agent_id_agents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_chats_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_chats_workspace_id_id")),
    )
    op.create_index(
        op.f("ix_chats_workspace_id_user_id_last_at"),
        "chats",
        ["workspace_id", "user_id", "last_at"],
        unique=False,
    )


def _chat_access() -> None:
    op.create_table(
        "chat_access",
        sa.Column("chat_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("access", sa.String(length=24), nullable=False),
        sa.Column("given_by", model.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by"], ["users.id"], name=op.f("fk_chat_access_given_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chat_id"],
            ["chats.workspace_id", "chats.id"],
            name=op.f("fk_chat_access_workspace_id_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["workspace_members.workspace_id", "workspace_members.user_id"],
            name=op.f("fk_chat_access_workspace_id_user_id_workspace_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name=op.f("pk_chat_access")),
    )
    op.create_index(
        op.f("ix_chat_access_workspace_id_user_id"),
        "chat_access",
        ["workspace_id", "user_id"],
        unique=False,
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("chat_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("login_id", model.Id(), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("last_seen", model.UtcTime(), nullable=False),
        sa.Column("metadata", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chat_id"],
            ["chats.workspace_id", "chats.id"],
            name=op.f("fk_sessions_workspace_id_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_sessions_workspace_id_id")),
    )
    op.create_index(
        op.f("ix_sessions_workspace_id_chat_id_user_id"),
        "sessions",
        ["workspace_id", "chat_id", "user_id"],
        unique=False,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("chat_id", model.Id(), nullable=False),
        sa.Column("session_id", model.Id(), nullable=True),
        sa.Column("user_id", model.Id(), nullable=True),
        sa.Column("agent_id", model.Id(), nullable=True),
        sa.Column("run_id", model.Id(), nullable=True),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("json", model.Json(), nullable=True),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("set_aside_at", model.UtcTime(), nullable=True),
        sa.Column("metadata", model.Json(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_messages_user_id_users")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chat_id"],
            ["chats.workspace_id", "chats.id"],
            name=op.f("fk_messages_workspace_id_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["runs.workspace_id", "runs.id"],
            name=op.f("fk_messages_workspace_id_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "session_id"],
            ["sessions.workspace_id", "sessions.id"],
            name=op.f("fk_messages_workspace_id_session_id_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("chat_id", "once", name=op.f("uq_messages_chat_id_once")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_messages_workspace_id_id")),
    )
    op.create_index(
        op.f("ix_messages_workspace_id_chat_id_id"),
        "messages",
        ["workspace_id", "chat_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_messages_workspace_id_run_id"),
        "messages",
        ["workspace_id", "run_id"],
        unique=False,
    )


def _message_ratings() -> None:
    op.create_table(
        "message_ratings",
        sa.Column("message_id", model.Id(), nullable=False),
        sa.Column("user_id", model.Id(), nullable=False),
        sa.Column("workspace_id", model.Id(), nullable=False),
        sa.Column("created_at", model.UtcTime(), nullable=False),
        sa.Column("thumb", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_message_ratings_user_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "message_id"],
            ["messages.workspace_id", "messages.id"],
            name=op.f("fk_message_ratings_workspace_id_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_message_ratings")),
    )
