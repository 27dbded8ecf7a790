"""Pictures among what is said: they wait for a small copy, which a worker draws afterwards.

The message of a picture keeps how it looks: `{"waits": true}`, then the size of its small copy
in points or why there is none (see `files.thumbnails.make`); nothing where it is nobody's to show.
Messages of earlier versions may not say it. The first page that shows one asks for it.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.chats import statements
from app.chats.models import Chat, Message, MessageType
from app.chats.picture_models import PictureToDraw
from app.chats.seen import SeenMessage
from app.engine.file_port import is_file
from app.engine.values import Json
from app.files.models import File
from app.files.names import PICTURES
from app.lib import clock
from app.prepared import Prepared

LOOK = "picture"  # in a message's metadata
_WAITS = {"waits": True}


def keep(session: Session, statement: Prepared, rows: Sequence[dict[str, Any]]) -> None:
    """Insert these messages, and let the pictures among them wait to be drawn."""
    waiting = _waiting(session, rows)
    for row in waiting:
        row["metadata"] = row["metadata"] | {LOOK: _WAITS}
    statement.run(session.connection(), *rows)
    if waiting:
        to_draw = [_to_draw(row["id"], row["workspace_id"], row["json"]) for row in waiting]
        session.execute(insert(PictureToDraw), to_draw)


def kind_of_file(value: Json) -> MessageType:
    """Whether a file is shown as an image or as a card."""
    kind = value.get("media_type") if isinstance(value, dict) else None
    return MessageType.IMAGE if kind in PICTURES else MessageType.FILE


def look_of(message: Message) -> Json:
    """How a picture looks, for another message with the same; None while nobody knows."""
    look: Json = message.meta.get(LOOK)
    return None if look == _WAITS else look


def known(value: Json, looks: Mapping[str, Json]) -> dict[str, Any]:
    """The metadata of a file whose look is known, by the ids of files, from an earlier message."""
    look = looks.get(str(value.get("file"))) if isinstance(value, dict) else None
    return {LOOK: look} if look else {}


def waits(message: SeenMessage) -> bool:
    """Whether its small copy has still to be drawn."""
    return bool(message.meta.get(LOOK) == _WAITS) or is_unknown(message)


def is_unknown(message: SeenMessage | Message) -> bool:
    """Whether it is a picture of which nobody noted how it looks."""
    return message.type is MessageType.IMAGE and LOOK not in message.meta and is_file(message.json)


def ask_for(session: Session, chat: Chat, message_ids: Sequence[uuid.UUID]) -> None:
    """Let those of these messages wait to be drawn whose look is unknown; inside `writing()`.

    The chat is held first, so that of two pages that ask at once one finds nothing to do.
    """
    given = {"here": chat.workspace_id, "chat": chat.id}
    statements.touch.row(session.connection(), given)
    messages = session.scalars(
        select(Message).where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.id.in_(message_ids),
        )
    )
    unknown = [one for one in messages if is_unknown(one)]
    there = _there(session, chat.workspace_id, [_file_of(one.json) for one in unknown])
    for one in unknown:
        one.meta = {**one.meta, LOOK: _WAITS if _file_of(one.json) in there else {}}
    waiting = [one for one in unknown if one.meta[LOOK]]
    if waiting:
        rows = [_to_draw(one.id, one.workspace_id, one.json) for one in waiting]
        session.execute(insert(PictureToDraw), rows)


def _waiting(session: Session, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of pictures that nobody has drawn, and that are there to be shown."""
    found = [
        row
        for row in rows
        if row["type"] is MessageType.IMAGE and LOOK not in row["metadata"] and is_file(row["json"])
    ]
    files = [_file_of(row["json"]) for row in found]
    there = _there(session, found[0]["workspace_id"], files) if found else ()
    return [row for row in found if _file_of(row["json"]) in there]


def _there(
    session: Session, workspace_id: uuid.UUID, file_ids: Sequence[uuid.UUID]
) -> set[uuid.UUID]:
    """Those of these files that may be shown: a flow can make up a value."""
    given = session.scalars(
        select(File.id).where(
            File.workspace_id == workspace_id,
            File.id.in_(file_ids),
            File.run_id.is_not(None),  # an upload of somebody else is nobody's to show
        )
    )
    return set(given)


def _to_draw(message_id: uuid.UUID, workspace_id: uuid.UUID, value: Json) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "created_at": clock.now(),
        "workspace_id": workspace_id,
        "file_id": _file_of(value),
    }


def _file_of(value: Any) -> uuid.UUID:
    return uuid.UUID(value["file"])
