"""The words of an answer while it is written, and what is new beside, as server-sent events."""

import uuid

from flask import Response, abort, current_app, request

from app.chats import streaming
from app.chats.blueprint import bp
from app.chats.scope import glimpsed
from app.chats.watching import Watch
from app.chats.web_process import take_slot
from app.extensions import db
from app.web.access import requires
from app.web.htmx import nothing_new


@bp.get("/w/<workspace_slug>/chats/<uuid:chat_id>/runs/<uuid:run_id>/words")
@requires("runs.read")
def words(chat_id: uuid.UUID, run_id: uuid.UUID) -> Response:
    """Words and news as they come; 204, after which nobody tries again, where polling has to do."""
    seen = glimpsed(chat_id, run_id)
    if seen is None or seen.run is None:
        abort(404)
    give_back = None if seen.run.is_final else take_slot()
    if give_back is None:
        return nothing_new()
    watch = Watch(chat_id, run_id)
    after = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    db.session.remove()  # the thread waits for words, and no connection to the database with it
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app behind the name
    answer = Response(
        streaming.events(app, watch, streaming.place_of(after), give_back),
        mimetype="text/event-stream",
    )
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(give_back)
    return answer
