"""The way back from a rehearsal to the proposal that it rehearses."""

from flask import url_for
from sqlalchemy.orm import Session

from app.chats.scope import reached
from app.describing import proposing
from app.runs.models import Run


def way_back(session: Session, run: Run) -> str:
    """The proposal's address; empty where it is gone, or nothing to whoever looks."""
    known = proposing.by_id(session, run.workspace_id, run.trigger_id) if run.trigger_id else None
    found = reached(known.chat_id) if known else None
    if known is None or found is None:
        return ""
    newest = proposing.of_chat(session, found.chat)[0]
    number = None if newest.id == known.id else known.number
    return url_for("describing.show", chat_id=known.chat_id, proposal=number)
