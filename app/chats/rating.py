"""What people think of answers: a thumb, and a word with it."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.chats.models import Message, Rating, Thumb
from app.model import storable_text

MAX_NOTE_CHARS = 1_000


def rate(
    session: Session, message: Message, thumb: Thumb | None, *, note: str = "", by: User
) -> None:
    """Keep this person's thumb, or take it back with None; call inside `writing()`."""
    if thumb is None:
        session.execute(
            delete(Rating)
            .where(
                Rating.workspace_id == message.workspace_id,
                Rating.message_id == message.id,
                Rating.user_id == by.id,
            )
            .execution_options(synchronize_session="fetch")
        )
        return
    words = storable_text(note).strip()[:MAX_NOTE_CHARS]
    known = session.get(Rating, (message.id, by.id))
    if known is None:
        session.add(
            Rating(
                message_id=message.id,
                user_id=by.id,
                workspace_id=message.workspace_id,
                thumb=thumb,
                note=words,
            )
        )
    else:
        known.thumb, known.note = thumb, words
