"""Pages of signing in at an MCP server: on the way there, back from there, and out again."""

import uuid
from typing import Any

from flask import Response, abort, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from app.lib.mcp import McpTrouble
from app.lib.oauth import OAuthTrouble
from app.server_sign_ins import beginning, begun
from app.server_sign_ins.beginning import ClientNeeded, Wish
from app.server_sign_ins.begun import Visitor
from app.server_sign_ins.blueprint import bp
from app.server_sign_ins.finishing import OVER, Return, finish
from app.server_sign_ins.forms import ClientForm
from app.vault import connections, directory, mcp_tools, signing_in
from app.vault.models import Connection
from app.vault.web_process import authoriser, door, keyring
from app.web.access import requires
from app.web.htmx import redirect_to
from app.web.pages import page
from app.web.transactions import session, writing

__all__ = ["bp"]
_CLIENT_NEEDED = "The server does not register Lamplight by itself. Fill in the client id."


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-in")
@requires("secrets.manage")
def new(connection_id: uuid.UUID) -> Response:
    """What a person has to know, and for some servers to type, before they sign in."""
    connection = _connection(connection_id)
    known = {"client_id": beginning.known_client(connection)}
    return _start(connection, ClientForm(formdata=None, data=known))


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-in")
@requires("secrets.manage")
def begin(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the server where one signs in, and show the way there."""
    connection = _connection(connection_id)
    form = ClientForm()
    if "client_id" in request.form and not form.is_posted_right():
        return _start(connection, form, 422)
    wish = Wish(
        address=connection.config_json["address"],
        callback=_callback(connection_id),
        account=signing_in.kept_account(keyring(), connection),
        client_id=form.client_id.data or "",
        client_secret=form.secret.data or "",
    )
    session().rollback()  # nothing is held open while another computer is asked
    try:
        asked = beginning.begin(door(), wish)
    except ClientNeeded:
        form.client_id.errors = [_CLIENT_NEEDED]
        return _start(_connection(connection_id), form, 422, types_client=True)
    except OAuthTrouble as trouble:
        return _start(_connection(connection_id), form, 422, trouble=trouble.sentence)
    with writing() as open_session:
        connection, who = _connection(connection_id), _visitor()
        begun.keep(open_session, keyring(), connection=connection, visitor=who, asked=asked)
    place = asked.place
    return page("server_sign_ins/leave.html", connection=connection, place=place, way=asked.address)


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/signed-in")
@requires("secrets.manage")
def back(connection_id: uuid.UUID) -> Response:
    """Where the server sends the person back to; nothing is used up by looking."""
    connection, answer = _connection(connection_id), Return.of(request.args)
    asked = begun.look(session(), keyring(), **_whose(connection, answer))
    return _back_page(connection, answer, answer.trouble(asked))


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/signed-in")
@requires("secrets.manage")
def complete(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Use the sign-in up, trade its code for tokens, and read the server's tools."""
    connection, answer = _connection(connection_id), Return.of(request.form)
    with writing() as open_session:
        whose = _whose(_connection(connection_id), answer)
        asked = begun.take(open_session, keyring(), **whose)
    if asked is None:
        return _back_page(_connection(connection_id), answer, OVER, 422)
    address = _connection(connection_id).config_json["address"]
    session().rollback()  # nothing is held open while another computer is asked
    try:
        account = finish(door(), asked, answer, address=address)
    except OAuthTrouble as trouble:
        return _back_page(_connection(connection_id), answer, trouble.sentence, 422)
    with writing() as open_session:
        connection = _connection(connection_id)
        signing_in.signed_in(
            open_session, keyring(), connection=connection, by=g.member.user_id, account=account
        )
    return _read_tools(connection_id)


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-out")
@requires("secrets.manage")
def leave(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the server to forget the sign-in, and forget it here whatever it says."""
    connection = _connection(connection_id)
    account = signing_in.kept_account(keyring(), connection)
    session().rollback()  # nothing is held open while another computer is asked
    is_told = signing_in.revoked(door(), account) if account else None
    with writing() as open_session:
        signing_in.signed_out(
            open_session, connection=_connection(connection_id), by=g.member.user_id
        )
    words = "Signed out. The server has forgotten the sign-in, too."
    if not is_told:
        words = "Signed out here. The server was not told: end it in your account there, too."
    return _to_connection(connection_id, words)


def _read_tools(connection_id: uuid.UUID) -> ResponseReturnValue:
    connection = _connection(connection_id)
    before = mcp_tools.kept_tools(connection)
    try:
        look = mcp_tools.look_again(door(), authoriser(g.workspace.id), connection)
    except McpTrouble as trouble:
        with writing() as open_session:
            connections.note_check(
                open_session,
                connection=_connection(connection_id),
                by=g.member.user_id,
                result=trouble.sentence,
            )
        return _to_connection(connection_id, "You are signed in, but its tools could not be read.")
    with writing() as open_session:
        connections.keep_tools(
            open_session,
            connection=_connection(connection_id),
            by=g.member.user_id,
            server=look.as_kept,
            result=mcp_tools.told(
                look.server, look.tools, mcp_tools.differences(before, look.tools)
            ),
        )
    return _to_connection(connection_id, "You are signed in. Agents can use its tools now.")


def _start(
    connection: Connection,
    form: ClientForm,
    status: int = 200,
    *,
    trouble: str = "",
    types_client: bool = False,
) -> Response:
    types_client = types_client or not connection.config_json["oauth"]["registers"]
    return page(
        "server_sign_ins/new.html",
        status,
        connection=connection,
        form=form,
        callback=_callback(connection.id),
        trouble=trouble,
        types_client=types_client,
    )


def _back_page(connection: Connection, answer: Return, trouble: str, status: int = 200) -> Response:
    return page(
        "server_sign_ins/back.html", status, connection=connection, answer=answer, trouble=trouble
    )


def _connection(connection_id: uuid.UUID) -> Connection:
    found = directory.by_id(session(), g.workspace.id, connection_id=connection_id)
    if found is None or not found.signs_in:
        abort(404)
    return found


def _whose(connection: Connection, answer: Return) -> dict[str, Any]:
    return {"connection": connection, "visitor": _visitor(), "state": answer.state}


def _visitor() -> Visitor:
    """The person, on the device that this request came from."""
    return Visitor(g.member.user_id, g.login.id)


def _callback(connection_id: uuid.UUID) -> str:
    """One address for each connection, so that no server's answer is taken for another's."""
    public_url: str = current_app.config["LAMPLIGHT"].public_url
    return public_url + url_for("server_sign_ins.back", connection_id=connection_id)


def _to_connection(connection_id: uuid.UUID, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect_to(url_for("vault.show", connection_id=connection_id))
