"""Files over the web: one download view for all of them, and uploads before their run begins."""

import re
import uuid
from typing import Any

from flask import Blueprint, Response, abort, g, request, send_file
from flask.typing import ResponseReturnValue

from app.engine.file_port import is_file
from app.files import uploads
from app.files.models import File
from app.files.receiving import kept, received
from app.files.sending import sent
from app.files.store import MAX_FILE_BYTES, FileRefused
from app.files.web_process import store
from app.web.access import requires
from app.web.headers import SANDBOX
from app.web.pages import page
from app.web.transactions import session
from app.web.uploads import takes_upload

bp = Blueprint("files", __name__)
bp.add_app_template_test(is_file, "file_value")


@bp.url_defaults
def _here(_endpoint: str, values: dict[str, Any]) -> None:
    if g.get("workspace") is not None:
        values.setdefault("workspace_slug", g.workspace.slug)


_CONTROL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,80}\Z")
_UNITS = ((1_000_000, "MB"), (1_000, "KB"))


@bp.app_template_filter("file_size")
def file_size(size: int) -> str:
    """`1.2 MB`, `18 KB`, `40 bytes`."""
    for unit, word in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {word}"
    return f"{size} byte{'' if size == 1 else 's'}"


@bp.get("/w/<workspace_slug>/files/<uuid:file_id>")
@requires("runs.read")
def show(file_id: uuid.UUID) -> Response:
    """Download a file of a run, or an upload of one's own that waits for its run.

    Whatever it holds, the browser is told to save it, not to show it, and to run nothing.
    """
    return sent(_file_here(file_id))


@bp.get("/w/<workspace_slug>/files/<uuid:file_id>/thumbnail")
@requires("runs.read")
def thumbnail(file_id: uuid.UUID) -> Response:
    """The small copy of a picture, for whoever may download it: the one that pages show."""
    path = store().small_path(_file_here(file_id).id)
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype="image/webp")
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@bp.post("/w/<workspace_slug>/uploads")
@requires("runs.start")
@takes_upload(MAX_FILE_BYTES)
def create() -> ResponseReturnValue:
    """Keep the file that was just chosen in a form (`?control=` names it), and show what it is."""
    control = request.args.get("control", "")
    if not _CONTROL.match(control):
        abort(400)
    try:
        value = received(control, workspace_id=g.workspace.id, by=g.member.user.id)
    except FileRefused as refused:
        return page("files/_kept.html", 422, kept=None, control=control, error=refused.sentence)
    by, here = g.member.user.id, g.workspace.id
    shown = kept(value, workspace_id=here, by=by) if value else None
    return page("files/_kept.html", kept=shown, control=control, error="")


def _file_here(file_id: uuid.UUID) -> File:
    """A file of a run, or an upload of one's own; 404 for all others."""
    file = uploads.one(session(), g.workspace.id, file_id)
    if file is None or (file.run_id is None and file.created_by != g.member.user.id):
        abort(404)
    return file
