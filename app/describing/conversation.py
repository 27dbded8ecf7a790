"""What a person said in a chat so far, and which questions are still open there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.chats.models import Chat, Message, MessageType
from app.composing.wishes import Question, Wish
from app.engine.values import Json

ASKS = "asks"  # in a message's metadata: the question that it asks, and those that follow it
UNREAD = "unread"  # in a message's metadata: what was said before it could not be read
SKIP = "Decide for me"
MAX_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """The wish so far. `left` are questions that wait behind the one just answered.

    `asked` counts the questions since the wish began; `is_answer`: what was said last answers one.
    """

    said: tuple[str, ...]
    asked: int = 0
    is_answer: bool = False
    left: tuple[Question, ...] = ()

    @property
    def whole(self) -> str:
        """All of it as one text, for people."""
        return "\n".join(self.said)[:19_000]


def heard(
    session: Session, chat: Chat, *, since: datetime | None, but_of: UUID | None = None
) -> Heard:
    """What was said since a moment; what the run `but_of` itself said does not count."""
    query = (
        select(Message.text, Message.user_id, Message.meta)
        .where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.set_aside_at.is_(None),
            Message.type == MessageType.TEXT,
        )
        .order_by(Message.id)
    )
    if since is not None:
        query = query.where(Message.created_at > since)
    if but_of is not None:
        others = Message.run_id != but_of
        query = query.where(or_(Message.user_id.is_not(None), Message.run_id.is_(None), others))
    return _read([tuple(row) for row in session.execute(query)])


def waits_for_answer(session: Session, chat: Chat) -> bool:
    """Whether the last words in a chat are a question to the person."""
    query = (
        select(Message.user_id, Message.meta)
        .where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.set_aside_at.is_(None),
            Message.type == MessageType.TEXT,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    last = session.execute(query).one_or_none()
    return last is not None and last.user_id is None and ASKS in last.meta


def asking(question: Question, left: Sequence[Question], at: int, of: int) -> tuple[str, Json]:
    """The words of a question, and what is noted with the message."""
    place = f" ({at} of {of})" if of > 1 else ""
    noted: Json = {
        "text": question.text,
        "left": [{"text": one.text, "choices": [*one.choices]} for one in left],
    }
    return f"{question.text}{place}", noted


def _read(rows: Sequence[tuple[Any, ...]]) -> Heard:
    said: list[str] = []
    asked, pending, is_answer = 0, None, False
    left: tuple[Question, ...] = ()
    for text, person, meta in rows:
        if person is None:
            if meta.get(UNREAD) and said:
                said.pop()
            pending = meta.get(ASKS)
            asked += pending is not None
            continue
        is_answer, left = pending is not None, ()
        is_skipped = is_answer and text.strip() == SKIP
        if pending is not None and not is_skipped:
            left = tuple(_question(one) for one in pending["left"])
            said.append(f"{pending['text']}: {text}"[: Wish.MAX_CHARS])
        elif not is_skipped:
            said.append(text[: Wish.MAX_CHARS])
        pending = None
    return Heard(tuple(said[-Wish.MAX_TEXTS :]), asked, is_answer, left)


def _question(kept: Any) -> Question:
    return Question(key="", text=str(kept["text"]), choices=tuple(kept["choices"]))
