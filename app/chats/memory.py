"""What an agent gets to know of a chat: its last messages, within a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.chats.models import Chat, Message, MessageType
from app.engine.values import Json, canonical
from app.lib import clock

MAX_MESSAGES = 20
MAX_CHARS = 12_000
MAX_ONE_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the agent gets it; `role` is `user` or `assistant`."""

    role: str
    name: str
    text: str


def remembered(session: Session, chat: Chat) -> list[Said]:
    """The last messages of the chat, the oldest first, as many as the cap allows."""
    kept: list[Said] = []
    left = MAX_CHARS
    for row in _newest_first(session, chat):
        text = (row.text or canonical(row.json))[:MAX_ONE_CHARS]
        left -= len(text)
        if left < 0:
            break
        is_person = row.user_id is not None
        name = (row.person if is_person else row.agent) or ""
        kept.append(Said("user" if is_person else "assistant", name, text))
    return kept[::-1]


def as_values(said: Sequence[Said]) -> list[Json]:
    """As a start step passes it on."""
    return [{"role": one.role, "name": one.name, "text": one.text} for one in said]


def as_text(said: Sequence[Said]) -> str:
    """As one text, a line for who and what."""
    return "\n".join(f"{one.name}: {one.text}" for one in said)


def forget(chat: Chat) -> None:
    """The agent begins anew; people still read everything."""
    chat.forgot_at = clock.now()
    chat.seq += 1


def _newest_first(session: Session, chat: Chat) -> Sequence[Any]:
    query = (
        select(
            Message.text,
            Message.json,
            Message.user_id,
            User.name.label("person"),
            Agent.name.label("agent"),
        )
        .outerjoin(User, User.id == Message.user_id)
        .outerjoin(
            Agent, (Agent.workspace_id == Message.workspace_id) & (Agent.id == Message.agent_id)
        )
        .where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.set_aside_at.is_(None),
            Message.type.in_((MessageType.TEXT, MessageType.JSON)),
        )
        .order_by(Message.id.desc())
        .limit(MAX_MESSAGES)
    )
    if chat.forgot_at is not None:
        query = query.where(Message.created_at > chat.forgot_at)
    return session.execute(query).all()
