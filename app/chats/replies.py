"""What runs say in the chat that began them. Called by workers, inside their transactions."""

import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.chats import pictures, statements
from app.chats.models import Chat, Message, MessageType
from app.engine.chat_port import ChatReply
from app.engine.file_port import is_file
from app.engine.states import RunStatus
from app.engine.values import Json
from app.lib import clock, ids
from app.model import storable, storable_text
from app.runs.models import Run

MAX_TEXT_CHARS = 60_000
MAX_LAST_WORDS = 200
MAX_PARTS = 25
MAX_CHOICES = 8
MAX_CHOICE_CHARS = 120
CHOICES = "choices"  # in a message's metadata
_CUT = "\n\n… (the rest of these {count:,} characters is in the run)"


def run_ended(session: Session, *, run: Run, status: RunStatus, answer: Json) -> None:
    """Put the answer of a run into its chat, and let open pages know that it has ended."""
    chat = chat_of(session, run.workspace_id, run.id)
    if chat is None:
        return
    if status is RunStatus.SUCCESS and answer not in (None, ""):
        reply = _as_reply(answer)
        if not _is_said(session, chat, run, reply):
            say(session, chat, run, reply, key=f"answer:{run.id.hex}")
            return
    touch(session, chat)


def say(
    session: Session,
    chat: Chat,
    run: Run,
    reply: ChatReply,
    *,
    key: str,
    meta: Mapping[str, Json] = MappingProxyType({}),
) -> None:
    """Write the parts of a reply; the same key says it once."""
    connection = session.connection()
    if statements.sent.row(connection, {"chat": chat.id, "key": f"{key}:0"}) is not None:
        return
    more, rows, words = dict(meta) | _choices(reply), [], ""
    for number, (kind, text, value) in enumerate(_parts(reply)):
        row = {
            "id": ids.new_id(),
            "created_at": clock.now(),
            "workspace_id": chat.workspace_id,
            "chat_id": chat.id,
            "agent_id": run.agent_id,
            "run_id": run.id,
            "type": kind,
            "text": text,
            "json": value,
            "once": f"{key}:{number}",
            "metadata": dict(more),
        }
        rows.append(row)
        words = words or text or _words_of(kind, value)
    pictures.keep(session, statements.reply, rows)
    touch(session, chat, words=words)


def chat_of(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> Chat | None:
    """The chat in which a person's words began this run."""
    return session.scalars(_began(), {"here": workspace_id, "run": run_id}).one_or_none()


@cache
def _began() -> Select[Chat]:
    return (
        select(Chat)
        .join(Message, (Message.workspace_id == Chat.workspace_id) & (Message.chat_id == Chat.id))
        .where(
            Chat.workspace_id == bindparam("here"),
            Message.run_id == bindparam("run"),
            Message.user_id.is_not(None),
        )
        .limit(1)
    )


def touch(session: Session, chat: Chat, *, words: str = "") -> None:
    """Something in it is new: open pages show it, and lists have it first when it was said."""
    given: dict[str, Any] = {"here": chat.workspace_id, "chat": chat.id}
    connection = session.connection()
    if words:
        given |= {"new_last_at": clock.now(), "new_last_words": " ".join(words[:600].split())[:200]}
        told = statements.touch_with_words.row(connection, given)
    else:
        told = statements.touch.row(connection, given)
    for name, value in told._asdict().items() if told else ():
        set_committed_value(chat, name, value)


def _as_reply(answer: Json) -> ChatReply:
    """A text, files, or values; pictures that are among named values are shown below them."""
    if isinstance(answer, str):
        return ChatReply(text=answer)
    files = answer if isinstance(answer, list) else [answer]
    if files and all(is_file(one) for one in files):
        return ChatReply(files=files)
    named = [*answer.values()] if isinstance(answer, dict) else []
    return ChatReply(values=answer, files=[one for one in named if _is_picture(one)])


def _is_picture(value: Json) -> bool:
    return is_file(value) and pictures.kind_of_file(value) is MessageType.IMAGE


def _is_said(session: Session, chat: Chat, run: Run, reply: ChatReply) -> bool:
    """Whether a step has just replied in the same words."""
    if not reply.text:
        return False
    given = {"here": chat.workspace_id, "run": run.id}
    last = statements.last_text.row(session.connection(), given)
    return last is not None and last.text.strip() == reply.text.strip()


def _parts(reply: ChatReply) -> Iterator[tuple[MessageType, str, Any]]:
    if reply.text:
        yield MessageType.TEXT, _shortened(storable_text(reply.text)), None
    if reply.values is not None:
        is_many = isinstance(reply.values, dict | list)
        shown: Json = reply.values if is_many else {"value": reply.values}
        yield MessageType.JSON, "", storable(shown)
    for file in list(reply.files)[:MAX_PARTS]:
        yield pictures.kind_of_file(file), "", storable(file)


def _choices(reply: ChatReply) -> dict[str, Any]:
    words = (" ".join(storable_text(one).split())[:MAX_CHOICE_CHARS] for one in reply.choices)
    found = list(dict.fromkeys(one for one in words if one))[:MAX_CHOICES]
    return {CHOICES: found} if found else {}


def _shortened(text: str) -> str:
    if len(text) <= MAX_TEXT_CHARS:
        return text
    return text[:MAX_TEXT_CHARS] + _CUT.format(count=len(text))


def _words_of(kind: MessageType, value: Json) -> str:
    if kind is MessageType.JSON:
        return "Values"
    return str(value.get("name", "")) if isinstance(value, dict) else ""
