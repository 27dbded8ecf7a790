"""Pages on the way to an MCP server where a person signs in."""

import uuid

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.lib.oauth import OAuthTrouble, without
from app.lib.safe_http import HurriedDoor
from app.mcp_servers.own_document import is_document, own_document
from app.server_sign_ins import beginning, begun
from app.server_sign_ins.beginning import ClientNeeded, Wish
from app.server_sign_ins.blueprint import bp
from app.server_sign_ins.forms import ClientForm
from app.server_sign_ins.visiting import connection_here, visitor
from app.vault import signing_in
from app.vault.models import Connection
from app.vault.web_process import SIGN_IN_WITHIN_S, door, keyring, settings
from app.web.access import requires
from app.web.pages import page
from app.web.transactions import session, writing

_CLIENT_NEEDED = "The server does not register Lamplight by itself. Fill in the client id."
_REGISTERED, _BY_HAND = "registered", "by hand"


@bp.get("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-in")
@requires("secrets.manage")
def new(connection_id: uuid.UUID) -> Response:
    """What a person has to know, and for some servers to type, before they sign in."""
    connection = connection_here(connection_id)
    known = {"client_id": beginning.known_client(connection)}
    return _start(connection, ClientForm(formdata=None, data=known))


@bp.post("/w/<workspace_slug>/connections/<uuid:connection_id>/sign-in")
@requires("secrets.manage")
def begin(connection_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the server where one signs in, and show the way there."""
    connection = connection_here(connection_id)
    form = ClientForm()
    if "client_id" in request.form and not form.is_posted_right():
        return _start(connection, form, 422)
    wish = _wish(connection, form)
    session().rollback()  # nothing is held open while another computer is asked
    try:
        asked = beginning.begin(HurriedDoor(door(), within_s=SIGN_IN_WITHIN_S), wish)
    except ClientNeeded:
        form.client_id.errors = [_CLIENT_NEEDED]
        return _start(connection_here(connection_id), form, 422, types_client=True)
    except OAuthTrouble as trouble:
        return _start(connection_here(connection_id), form, 422, trouble=trouble.sentence)
    with writing() as open_session:
        connection, who = connection_here(connection_id), visitor()
        begun.keep(open_session, keyring(), connection=connection, visitor=who, asked=asked)
    place, client_id = asked.place, asked.client.id
    return page(
        "server_sign_ins/leave.html",
        connection=connection,
        place=place,
        way=asked.address,
        new_rights=without(place.scope, connection.rights) if connection.is_signed_in else "",
        document=client_id if is_document(client_id) else "",
        wants_more=_wants_more(),
    )


def _wish(connection: Connection, form: ClientForm) -> Wish:
    is_registered = request.form.get("known") == _REGISTERED or beginning.has_registered(connection)
    return Wish(
        address=connection.config_json["address"],
        callback=_callback(connection.id),
        account=signing_in.kept_account(keyring(), connection),
        client_id=form.client_id.data or "",
        client_secret=form.secret.data or "",
        document=None if is_registered else own_document(settings()),
        more=connection.wanted_rights if _wants_more() else "",
    )


def _wants_more() -> bool:
    """Whether the person asks for what the server wanted besides."""
    return request.values.get("rights") == "more"


def _start(
    connection: Connection,
    form: ClientForm,
    status: int = 200,
    *,
    trouble: str = "",
    types_client: bool = False,
) -> Response:
    is_by_hand = "client_id" in request.form or request.args.get("known") == _BY_HAND
    registers = connection.config_json["oauth"]["registers"]
    return page(
        "server_sign_ins/new.html",
        status,
        connection=connection,
        form=form,
        callback=_callback(connection.id),
        trouble=trouble,
        types_client=types_client or is_by_hand or not registers,
        wants_more=_wants_more(),
    )


def _callback(connection_id: uuid.UUID) -> str:
    """One address for each connection, so that no server's answer is taken for another's."""
    return settings().public_url + url_for("server_sign_ins.back", connection_id=connection_id)
