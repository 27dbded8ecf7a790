"""The document that servers read to know Lamplight, and where they send people back to."""

from urllib.parse import urlencode

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.mcp_servers.own_document import BACK_PATH, DOCUMENT_PATH, own_document
from app.server_sign_ins import begun
from app.server_sign_ins.blueprint import bp
from app.server_sign_ins.finishing import Return
from app.server_sign_ins.visiting import visitor
from app.vault.web_process import settings
from app.web.access import SIGNED_IN, public, requires
from app.web.pages import page
from app.web.transactions import session

__all__ = ["bp"]
KEPT_S = 3_600


@bp.get(DOCUMENT_PATH)
@public
def client() -> Response:
    """Who Lamplight is, for servers of anybody."""
    document = own_document(settings())
    if document is None:
        abort(404)
    answer = jsonify(document.content)
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_S
    return answer


@bp.get(BACK_PATH)
@requires(SIGNED_IN)
def back_from_any() -> ResponseReturnValue:
    """Lead the person on to the connection that they began to sign in for; nothing is used up."""
    answer = Return.of(request.args)
    found = begun.where(session(), visitor=visitor(), state=answer.state)
    if found is None:
        return page("server_sign_ins/over.html", 404)
    slug, connection_id = found
    back = url_for("server_sign_ins.back", workspace_slug=slug, connection_id=connection_id)
    return redirect(f"{back}?{urlencode(answer.as_values)}", 303)
