"""Workers draw the small copies of pictures in chats, one after the other, beside the timetable.

What was said stands at once; open pages get the small copy with their next look. Who begins with
a picture notes it first, so one that ends its worker again and again is given up.
"""

import contextlib
import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.chats import statements
from app.chats.models import Message
from app.chats.picture_models import PictureToDraw
from app.chats.pictures import LOOK
from app.engine.values import Json
from app.files import thumbnails
from app.files.store import FileStore
from app.lib import ids
from app.lib.aside import Aside

EVERY_S = 1.0
NOT_NOW: Json = {"problem": "busy"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What drawing needs of its process: sessions, the store, and its turn to write."""

    sessions: Callable[[], Session]
    files: FileStore
    turn: AbstractContextManager[object]  # one that can be entered again and again


class _Begun(NamedTuple):
    """A picture that is being drawn."""

    workspace_id: uuid.UUID
    chat_id: uuid.UUID
    message_id: uuid.UUID
    value: Json
    turn: str
    tries: int


class _NotOurs(Exception):
    """Somebody else draws it now, or it was deleted meanwhile."""


class Drawing:
    """One for the process that keeps the timetable."""

    def __init__(self) -> None:
        self._aside = Aside()

    def look(self, tools: Tools) -> None:
        """Draw what waits, unless that is being done."""
        with tools.sessions() as session:
            is_anything = session.execute(select(PictureToDraw.message_id).limit(1)).first()
        if is_anything is not None:
            self._aside.take(_draw_all, tools)


def draw_all(tools: Tools) -> None:
    """Draw until nothing waits; what cannot be drawn just now is left for a later look."""
    last: uuid.UUID | None = None
    while (begun := _begun(tools, last)) is not None:
        last = begun.workspace_id
        look = _drawn(tools, begun)
        if look == NOT_NOW and begun.tries < PictureToDraw.MAX_TRIES:
            return
        with contextlib.suppress(_NotOurs):
            _keep(tools, begun, look)


def _draw_all(tools: Tools) -> None:
    try:
        draw_all(tools)
    except Exception:
        # It is tried again with the next look, a few times.
        log.exception("the pictures in chats could not be drawn")


def _begun(tools: Tools, last: uuid.UUID | None) -> _Begun | None:
    """The next one, with a note that it is tried; None when nothing waits.

    Those tried least go first, so one that is hard to draw holds up no other, and another
    workspace than the `last` one, so that many pictures of one leave the others their turn.
    """
    with tools.turn, tools.sessions() as session, database.writing(session):
        found = session.execute(
            select(PictureToDraw, Message)
            .join(
                Message,
                (Message.workspace_id == PictureToDraw.workspace_id)
                & (Message.id == PictureToDraw.message_id),
            )
            .order_by(
                PictureToDraw.tries,
                PictureToDraw.workspace_id == last,
                PictureToDraw.message_id,
            )
            .limit(1)
            .with_for_update(of=PictureToDraw)
        ).first()
        if found is None:
            return None
        waiting, message = found
        waiting.tries, waiting.turn = waiting.tries + 1, str(ids.new_id())
        return _Begun(
            waiting.workspace_id,
            message.chat_id,
            message.id,
            message.json,
            waiting.turn,
            waiting.tries,
        )


def _drawn(tools: Tools, begun: _Begun) -> Json:
    """How it looks; one with which workers ended again and again is not tried once more."""
    if begun.tries > PictureToDraw.MAX_TRIES:
        return NOT_NOW
    return thumbnails.make(tools.files, begun.value) or NOT_NOW


def _keep(tools: Tools, begun: _Begun, look: Json) -> None:
    """Note how it looks, and let open pages know. Raises _NotOurs.

    Rows are held in the order in which deleting a chat or a run goes through them.
    """
    here, message_id = begun.workspace_id, begun.message_id
    with tools.turn, tools.sessions() as session, database.writing(session):
        statements.touch.rows(session.connection(), {"here": here, "chat": begun.chat_id})
        message = session.scalars(
            select(Message)
            .where(Message.workspace_id == here, Message.id == message_id)
            .with_for_update()
        ).one_or_none()
        ended = session.execute(
            delete(PictureToDraw).where(
                PictureToDraw.workspace_id == here,
                PictureToDraw.message_id == message_id,
                PictureToDraw.turn == begun.turn,
            )
        )
        if message is None or ended.rowcount == 0:  # type: ignore[attr-defined]  # a DELETE has one
            raise _NotOurs
        message.meta = {**message.meta, LOOK: look}
