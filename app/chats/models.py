"""Chats, who else may use them, sittings, and messages with their pictures and ratings."""

import enum
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Login, User
from app.agents.models import Agent
from app.lib import clock
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word

MAX_TITLE_CHARS = 120


class Access(enum.StrEnum):
    """What somebody with whom a chat is shared may do there."""

    READ = "read"
    WRITE = "write"


class MessageType(enum.StrEnum):
    """What a message holds."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    JSON = "json"
    SYSTEM = "system"


class Thumb(enum.StrEnum):
    """What a person thinks of an answer."""

    UP = "up"
    DOWN = "down"


class Chat(Model):
    """One thread. `seq` grows with everything that open pages have to show anew."""

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
        Index(None, "workspace_id", "user_id", "last_at"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    session_id: Mapped[uuid.UUID | None] = mapped_column(Id)  # the latest sitting
    title: Mapped[str] = mapped_column(String(MAX_TITLE_CHARS))
    seq: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcTime)
    last_words: Mapped[str] = mapped_column(String(200), default="")
    archived_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)  # to the workspace, by its link
    opened_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    forgot_at: Mapped[datetime | None] = mapped_column(UtcTime)  # remembers what came later only
    is_trial: Mapped[bool] = mapped_column(default=False)  # with the draft, for who may edit it
    summary: Mapped[str] = mapped_column(Text, default="")  # of all messages up to `summed_to`
    summed_to: Mapped[uuid.UUID | None] = mapped_column(Id)
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)

    owner: Mapped[User] = relationship(foreign_keys=[user_id])
    agent: Mapped[Agent] = relationship(viewonly=True, foreign_keys=[workspace_id, agent_id])


class ChatAccess(Model):
    """A member with whom a chat is shared; the row goes when the person leaves the workspace."""

    __tablename__ = "chat_access"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "chat_id"], ["chats.workspace_id", "chats.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["workspace_members.workspace_id", "workspace_members.user_id"],
            ondelete="CASCADE",
        ),
        Index(None, "workspace_id", "user_id"),
    )

    chat_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    created_at: Mapped[CreatedAt]
    access: Mapped[Access] = mapped_column(Word(Access))
    given_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))

    user: Mapped[User] = relationship(
        User,
        primaryjoin=lambda: ChatAccess.user_id == User.id,
        foreign_keys=[user_id],
        viewonly=True,
    )


class Sitting(Model):
    """One sitting of one person in one chat: from the first thing sent to half an hour of silence.

    Signing out of the device ends it too; both follow from the row, so nothing has to be written.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "chat_id"], ["chats.workspace_id", "chats.id"], ondelete="CASCADE"
        ),
        Index(None, "workspace_id", "chat_id", "user_id"),
    )

    SILENCE: ClassVar = timedelta(minutes=30)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    chat_id: Mapped[uuid.UUID] = mapped_column(Id)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    login_id: Mapped[uuid.UUID] = mapped_column(Id)  # of a row that may be gone
    device_id: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    last_seen: Mapped[datetime] = mapped_column(UtcTime)
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    login: Mapped[Login | None] = relationship(
        primaryjoin=lambda: Sitting.login_id == Login.id, foreign_keys=[login_id], viewonly=True
    )

    @property
    def status(self) -> str:
        """`active` or `inactive`."""
        is_recent = clock.now() - self.last_seen < self.SILENCE
        is_signed_in = self.login is not None and self.login.revoked_at is None
        return "active" if is_recent and is_signed_in else "inactive"


class Message(Model):
    """One thing that was said. It goes with its run, as everything a run leaves does.

    `run_id` is the run that a person's words began, or that gave the answer. `json` holds a
    value, or a file of a run.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("chat_id", "once"),
        ForeignKeyConstraint(
            ["workspace_id", "chat_id"], ["chats.workspace_id", "chats.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["workspace_id", "session_id"], ["sessions.workspace_id", "sessions.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
        Index(None, "workspace_id", "chat_id", "id"),
        Index(None, "workspace_id", "run_id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    chat_id: Mapped[uuid.UUID] = mapped_column(Id)
    session_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    user_id: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    agent_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    type: Mapped[MessageType] = mapped_column(Word(MessageType), default=MessageType.TEXT)
    text: Mapped[str] = mapped_column(Text, default="")
    json: Mapped[Any | None] = mapped_column(Json)
    once: Mapped[str | None] = mapped_column(String(120))  # the same thing said twice is one
    set_aside_at: Mapped[datetime | None] = mapped_column(UtcTime)  # asked again in other words
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", Json, default=dict)

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class Rating(Model):
    """What one person thinks of one answer."""

    __tablename__ = "message_ratings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "message_id"],
            ["messages.workspace_id", "messages.id"],
            ondelete="CASCADE",
        ),
    )

    message_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    created_at: Mapped[CreatedAt]
    thumb: Mapped[Thumb] = mapped_column(Word(Thumb))
    note: Mapped[str] = mapped_column(String(1000), default="")
