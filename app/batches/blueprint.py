"""The pages of batches: their blueprint, and what an address names, found from the workspace."""

import uuid

from flask import Blueprint, abort, flash, g, url_for
from flask.typing import ResponseReturnValue

from app.agents.addresses import stay_here
from app.batches import directory
from app.batches.models import Batch
from app.runs.start_routes import NO_BELL
from app.runs.web_process import bell
from app.web.htmx import redirect_to
from app.web.transactions import session

bp = Blueprint("batches", __name__)
bp.url_defaults(stay_here)


def batch_here(batch_id: uuid.UUID) -> Batch:
    """The batch of this workspace with this id."""
    batch = directory.by_id(session(), g.workspace, batch_id=batch_id)
    if batch is None:
        abort(404)
    g.agent = batch.agent
    return batch


def back_to(batch_id: uuid.UUID, words: str = "", kind: str = "ok") -> ResponseReturnValue:
    """On to the page of a batch, saying what was done."""
    if words:
        flash(words, kind)
    return redirect_to(url_for("batches.show", batch_id=batch_id))


def look_for_workers() -> None:
    """Say so when nobody can be reached who would do the work."""
    if not bell().ring():
        flash(NO_BELL, "info")
