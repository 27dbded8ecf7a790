"""What an agent gets to know of a chat: its last messages within a cap, older ones in short."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.chats import statements
from app.chats.models import Chat, MessageType
from app.engine.values import Json, canonical
from app.lib import clock, ids
from app.model import storable_text

MAX_MESSAGES = 20
MAX_CHARS = 12_000
MAX_ONE_CHARS = 4_000
KEPT_MESSAGES = 8  # as they are, when those before them are put in short
KEPT_CHARS = 6_000
MAX_AT_ONCE = 60
MAX_SUMMARY_CHARS = 4_000
IN_SHORT = "Earlier, in short"
_FILES = {MessageType.FILE: "a file", MessageType.IMAGE: "a picture"}


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the agent gets it; `role` is `user` or `assistant`."""

    role: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Older:
    """What is to be put in short: the summary so far, what was said since, and its last message."""

    chat_id: uuid.UUID
    text: str
    count: int
    up_to: uuid.UUID


def remembered(session: Session, chat: Chat) -> list[Said]:
    """The last messages of the chat, the oldest first, as many as the cap allows.

    What was said before them stands first, in short, once a run has summed it up.
    """
    kept: list[Said] = []
    left = MAX_CHARS
    for row in _newest_first(session, chat, MAX_MESSAGES):
        said = _said(row)
        left -= len(said.text)
        if left < 0:
            break
        kept.append(said)
    if chat.summary:
        kept.append(Said("assistant", IN_SHORT, chat.summary))
    return kept[::-1]


def may_be_much(count: int, chars: int, others: int) -> bool:
    """Whether so many messages with so many characters, and others without, may be too much."""
    return count > MAX_MESSAGES or chars > MAX_CHARS or others > 0


def to_sum_up(session: Session, chat: Chat) -> Older | None:
    """The older messages, once there are more than a message takes along; None before."""
    rows = _newest_first(session, chat, MAX_AT_ONCE)
    said = [_said(row) for row in rows]
    is_much = len(said) > MAX_MESSAGES or sum(len(one.text) for one in said) > MAX_CHARS
    place, left = 0, KEPT_CHARS
    while place < min(KEPT_MESSAGES, len(said)) and left >= len(said[place].text):
        left -= len(said[place].text)
        place += 1
    if not is_much or place >= len(said):
        return None
    before = [Said("assistant", IN_SHORT, chat.summary)] if chat.summary else []
    older = [*before, *reversed(said[place:])]
    return Older(chat.id, as_text(older), len(said) - place, rows[place].id)


def keep(session: Session, older: Older, summary: str) -> None:
    """Keep what was put in short, unless somebody let the agent forget meanwhile."""
    words = storable_text(summary).strip()[:MAX_SUMMARY_CHARS]
    chat = session.get(Chat, older.chat_id, populate_existing=True)
    forgot_at = chat.forgot_at if chat else None
    if chat is None or not words:
        return
    if forgot_at is not None and ids.first_id_at(forgot_at) > older.up_to:
        return
    chat.summary, chat.summed_to = words, older.up_to


def as_values(said: Sequence[Said]) -> list[Json]:
    """As a start step passes it on."""
    return [{"role": one.role, "name": one.name, "text": one.text} for one in said]


def as_text(said: Sequence[Said]) -> str:
    """As one text, a line for who and what."""
    return "\n".join(f"{one.name}: {one.text}" for one in said)


def forget(chat: Chat) -> None:
    """The agent begins anew; people still read everything."""
    chat.forgot_at = clock.now()
    chat.summary, chat.summed_to = "", None
    chat.seq += 1


def _said(row: Any) -> Said:
    is_person = row.user_id is not None
    name = (row.person if is_person else row.agent) or ""
    text = (row.text or _of_value(row))[:MAX_ONE_CHARS]
    return Said("user" if is_person else "assistant", name, text)


def _of_value(row: Any) -> str:
    """Values as they are; of a file its name, for what was in it was for that message."""
    kind = _FILES.get(row.type)
    return f"({kind}: “{row.json['name']}”)" if kind and row.json else canonical(row.json)


def _newest_first(session: Session, chat: Chat, most: int) -> Sequence[Any]:
    given = {
        "here": chat.workspace_id,
        "chat": chat.id,
        "summed_to": chat.summed_to or statements.BEFORE_ALL,
        "forgot_at": chat.forgot_at or ids.moment_of(statements.BEFORE_ALL),
        "most": most,
    }
    return statements.said.rows(session.connection(), given)
