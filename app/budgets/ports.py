"""What this room asks of higher rooms; `app/ports.py` fills it."""

import uuid
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.orm import Session


class ChatFacts(NamedTuple):
    """A chat: what it is called, its page, and whose it is."""

    title: str
    href: str
    owner_id: uuid.UUID
    owner_name: str


def _no_chat(_session: Session, _workspace_id: uuid.UUID, _run_id: uuid.UUID) -> uuid.UUID | None:
    return None


def _unknown(
    _session: Session, _workspace_id: uuid.UUID, _chat_ids: frozenset[uuid.UUID]
) -> dict[uuid.UUID, ChatFacts]:
    return {}


# The chat in which a person's words began a run: (session, workspace id, run id).
chat_of_run: Callable[[Session, uuid.UUID, uuid.UUID], uuid.UUID | None] = _no_chat

# What is known of chats, by their ids: (session, workspace id, chat ids). Those gone are left out.
chats: Callable[[Session, uuid.UUID, frozenset[uuid.UUID]], dict[uuid.UUID, ChatFacts]] = _unknown
