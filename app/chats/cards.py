"""Cards that steps put into a chat, and the choices they offer for the next message."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from app.chats import ports, replies
from app.chats.models import MessageType
from app.chats.ports import Card, Viewer
from app.chats.seen import SeenMessage
from app.engine.chat_port import ChatReply
from app.engine.values import Json
from app.runs.models import Run

IS_CARD = "is_card"  # in a message's metadata: written by `post`, so no flow can make one up


def post(
    session: Session,
    *,
    workspace_id: uuid.UUID,
    run_id: uuid.UUID,
    card: Mapping[str, Json],
    key: str,
    text: str = "",
    choices: Sequence[str] = (),
) -> bool:
    """Put `{"card": "<kind>", …}` into the chat that began this run; a key does it once.

    `text` stands above it. Whether there is such a chat. Call inside a write transaction.
    """
    chat = replies.chat_of(session, workspace_id, run_id)
    if chat is None:
        return False
    run = session.get_one(Run, run_id)
    reply = ChatReply(text, dict(card), choices=choices)
    replies.say(session, chat, run, reply, key=key, meta={IS_CARD: True})
    return True


def kind_of(message: SeenMessage) -> str | None:
    """The kind of card a message is; None for one that is none."""
    if message.type is not MessageType.JSON or not message.meta.get(IS_CARD):
        return None
    kind = message.json.get("card") if isinstance(message.json, dict) else None
    return kind if isinstance(kind, str) and kind in ports.cards else None


def drawn(
    session: Session, messages: Iterable[SeenMessage], viewer: Viewer
) -> dict[uuid.UUID, Card | None]:
    """How the cards among these messages are drawn for this person."""
    found = [(one, kind_of(one)) for one in messages]
    return {one.id: ports.cards[kind](session, one, viewer) for one, kind in found if kind}
