"""Pages back from an MCP server where a person signed in, and out of it again."""

import uuid
from typing import Any

from flask import Response, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.lib.oauth import OAuthTrouble
from app.lib.safe_http import HurriedDoor
from app.server_sign_ins import begun
from app.server_sign_ins.blueprint import bp
from app.server_sign_ins.finishing import OVER, Return, finish
from app.server_sign_ins.visiting import connection_here, visitor
from app.vault import signing_in
from app.vault.models import Connection
from app.vault.web_process import SIGN_IN_WITHIN_S, door, keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

_SIGNED_IN = "You are signed in."
_NOT_GIVEN = "You are signed in, but the server did not give all the rights that it asks for."


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/signed-in")
@requires("secrets.manage")
def back(connection_id: uuid.UUID) -> Response:
    """Where the server sends the person back to; nothing is used up by looking."""
    connection, answer = connection_here(connection_id), Return.of(request.args)
    asked = begun.look(session(), keyring(), **_whose(connection, answer))
    return _back_page(connection, answer, answer.trouble(asked))


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/signed-in")
@requires("secrets.manage")
def complete(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Use the sign-in up and trade its code for tokens; a worker reads the server's tools."""
    connection, answer = connection_here(connection_id), Return.of(request.form)
    with writing() as open_session:
        whose = _whose(connection_here(connection_id), answer)
        asked = begun.take(open_session, keyring(), **whose)
    if asked is None:
        return _back_page(connection_here(connection_id), answer, OVER, 422)
    address = connection_here(connection_id).config_json["address"]
    session().rollback()  # nothing is held open while another computer is asked
    hurried = HurriedDoor(door(), within_s=SIGN_IN_WITHIN_S)
    try:
        account = finish(hurried, asked, answer, address=address)
    except OAuthTrouble as trouble:
        return _back_page(connection_here(connection_id), answer, trouble.sentence, 422)
    with writing() as open_session:
        connection = connection_here(connection_id)
        signing_in.signed_in(
            open_session, keyring(), connection=connection, by=g.member.user_id, account=account
        )
        is_short = bool(connection.wanted_rights)
    return _to_connection(connection_id, _NOT_GIVEN if is_short else _SIGNED_IN)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-out")
@requires("secrets.manage")
def leave(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Forget the sign-in here, then ask the server to forget it, too."""
    account = signing_in.kept_account(keyring(), connection_here(connection_id))
    with writing() as open_session:
        signing_in.signed_out(
            open_session, connection=connection_here(connection_id), by=g.member.user_id
        )
    words = "Signed out. The server has forgotten the sign-in, too."
    if account is None or not signing_in.revoked(door(), account):
        words = "Signed out here. The server was not told: end it in your account there, too."
    return _to_connection(connection_id, words)


def _back_page(connection: Connection, answer: Return, trouble: str, status: int = 200) -> Response:
    return page(
        "server_sign_ins/back.html", status, connection=connection, answer=answer, trouble=trouble
    )


def _whose(connection: Connection, answer: Return) -> dict[str, Any]:
    return {"connection": connection, "visitor": visitor(), "state": answer.state}


def _to_connection(connection_id: uuid.UUID, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect_to(url_for("connections.show", connection_id=connection_id))
