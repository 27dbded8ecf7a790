"""A run as a file: what happened, with the copies of its values that people may see."""

import uuid
from collections.abc import Iterator

from flask import Response, stream_with_context

from app.replays import run_file
from app.replays.blueprint import bp
from app.runs.scope import run_here
from app.web.access import requires
from app.web.transactions import session


@bp.get("/w/<workspace_slug>/runs/<uuid:run_id>/record")
@requires("runs.read")
def record(run_id: uuid.UUID) -> Response:
    """The run as JSON, written piece by piece: a loop may have ten thousand items."""
    run = run_here(run_id)
    pieces: Iterator[str] = run_file.pieces(session(), run)
    answer = Response(stream_with_context(pieces), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run.id.hex}.json"'
    return answer
