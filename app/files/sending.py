"""The one way in which a stored file leaves: to be saved, never to be shown or run."""

from flask import Response, abort, send_file

from app.files.models import File
from app.files.names import MEDIA_TYPES, UNKNOWN
from app.files.web_process import store
from app.web.headers import SANDBOX


def sent(file: File) -> Response:
    """The bytes, for somebody who may have them; 404 when they are gone."""
    path = store().path(file.id)
    if not path.is_file():
        abort(404)
    kind = file.media_type if file.media_type in MEDIA_TYPES.values() else UNKNOWN
    answer = send_file(path, mimetype=kind, as_attachment=True, download_name=file.name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
