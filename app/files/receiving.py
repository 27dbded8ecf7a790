"""Files in posted forms: just sent, or sent before and kept while the form came back.

A control called `x` sends its file as `x`, a ticket for a file that is kept already as `x-kept`,
and `x-without` when the person wants to leave that one out.
"""

import uuid
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.engine.values import Json
from app.files import uploads
from app.files.preview import preview
from app.files.store import FileRefused
from app.files.web_process import store
from app.web.transactions import session

GONE = "This file is kept no longer. Choose it again."


def received(
    control: str, *, workspace_id: uuid.UUID, by: uuid.UUID | None = None
) -> dict[str, Json] | None:
    """The value of the file that the posted form has for this control; None without one.

    A file that was just sent is stored here, so call it outside `writing()`. A file of an earlier
    run is copied. Raises FileRefused with a sentence for the control.
    """
    sent = request.files.get(control)
    if sent is not None and sent.filename:
        return uploads.keep(
            session(),
            store(),
            workspace_id,
            sent.filename,
            sent.stream,  # type: ignore[arg-type]  # werkzeug's stream reads as a file does
            by,
            media_type=sent.mimetype,
        )
    typed = request.form.get(f"{control}-kept", "")
    if not typed or request.form.get(f"{control}-without"):
        return None
    return _redeemed(typed, workspace_id=workspace_id, by=by)


def ticket(value: dict[str, Json], *, workspace_id: uuid.UUID, by: uuid.UUID | None = None) -> str:
    """A signed word for a form, by which the same person may use a stored file for a day."""
    return _signer().dumps([value["file"], str(workspace_id), str(by)])


def kept(
    value: dict[str, Json], *, workspace_id: uuid.UUID, by: uuid.UUID | None = None
) -> dict[str, Any]:
    """What a form shows of a file that is stored already: itself, its ticket, its first rows."""
    return {
        "value": value,
        "ticket": ticket(value, workspace_id=workspace_id, by=by),
        "preview": preview(store(), value),
    }


def _redeemed(
    typed: str, *, workspace_id: uuid.UUID, by: uuid.UUID | None
) -> dict[str, Json] | None:
    try:
        file_id, where, who = _signer().loads(typed, max_age=int(uploads.KEPT.total_seconds()))
    except (BadData, ValueError, TypeError):
        raise FileRefused(GONE) from None
    if (where, who) != (str(workspace_id), str(by)):
        raise FileRefused(GONE)
    file = uploads.one(session(), workspace_id, uuid.UUID(file_id))
    if file is None:
        raise FileRefused(GONE)
    if file.run_id is None:
        return file.value
    copied = uploads.copy_for_new_run(session(), store(), workspace_id, file.id, by)
    if copied is None:
        raise FileRefused(GONE)
    return copied


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(), salt="files.ticket")


def _key() -> bytes:
    key: bytes = current_app.config["SECRET_KEY"]
    return key
