"""Pictures among what is said: they wait for a small copy, which a worker draws afterwards.

The message of a picture keeps how it looks: `{"waits": true}`, then the size of its small copy
in points or why there is none (see `files.thumbnails.make`).
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.chats.models import Message, MessageType
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
        session.execute(insert(PictureToDraw), [_to_draw(row) for row in waiting])


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
    return bool(message.meta.get(LOOK) == _WAITS)


def _waiting(session: Session, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of pictures that nobody has drawn, and that are there: a flow can make up a value."""
    found = [
        row
        for row in rows
        if row["type"] is MessageType.IMAGE and LOOK not in row["metadata"] and is_file(row["json"])
    ]
    if not found:
        return []
    given = session.scalars(
        select(File.id).where(
            File.workspace_id == found[0]["workspace_id"],
            File.id.in_({_file_of(row) for row in found}),
            File.run_id.is_not(None),  # an upload of somebody else is nobody's to show
        )
    )
    there = set(given)
    return [row for row in found if _file_of(row) in there]


def _to_draw(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "message_id": row["id"],
        "created_at": clock.now(),
        "workspace_id": row["workspace_id"],
        "file_id": _file_of(row),
    }


def _file_of(row: Mapping[str, Any]) -> uuid.UUID:
    return uuid.UUID(row["json"]["file"])
