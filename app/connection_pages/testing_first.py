"""What must answer before it is kept: MCP servers. All other connections are kept as they are."""

import uuid
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from app.connection_pages.forms import NamedForm
from app.connection_pages.mcp_form import McpForm
from app.connection_pages.own_document import own_document
from app.lib.mcp import McpTrouble
from app.lib.oauth import Challenge, OAuthTrouble, find_place
from app.lib.safe_http import HttpRefused, HurriedDoor
from app.vault.connections import Wishes
from app.vault.mcp_tools import look
from app.vault.models import Connection
from app.vault.sign_in import SignIn, credentials
from app.vault.web_process import SIGN_IN_WITHIN_S, authoriser, door
from app.web.transactions import session

_SECRET_NEEDED = "Type it again: it has not been sent to this host before."  # noqa: S105  # words


def seen_to_work(form: NamedForm, connection: Connection | None = None) -> Wishes | None:
    """What the person wants, once it was seen to work; None with the reason in the form.

    A secret that is kept already goes to the hosts that it was given for, nowhere else. A server
    at which people sign in is kept before anybody has: then it says where, and its tools follow.
    """
    wishes = form.wishes()
    if not isinstance(form, McpForm):
        return wishes
    if connection is not None and _is_only_named(connection, wishes):
        kept = {name: connection.config_json[name] for name in ("server", "tools", "oauth")}
        return replace(wishes, server={**wishes.server, **kept})
    secret = None
    if connection is not None and connection.secret is not None and not connection.signs_in:
        secret = (connection.id, connection.workspace_id)
    session().rollback()  # nothing is held open while another computer is asked
    try:
        if secret and not wishes.secret:
            found = _seen(wishes, _kept(*secret, wishes))
        elif wishes.secret:
            found = _seen(wishes, _headers(wishes.header, wishes.secret))
        else:
            found = _seen_without(wishes)
    except HttpRefused:
        form.secret.errors = [_SECRET_NEEDED]
        return None
    except McpTrouble as trouble:
        form.address.errors = [trouble.sentence]
        return None
    return replace(wishes, server={**wishes.server, **found})


def _is_only_named(connection: Connection, wishes: Wishes) -> bool:
    is_there = connection.config_json["address"] == wishes.server["address"]
    return connection.signs_in and is_there and not wishes.secret


def _seen(wishes: Wishes, headers: dict[str, str]) -> dict[str, Any]:
    found = look(door(), wishes.server["address"], secret_headers=headers, hosts=wishes.hosts)
    return found.as_kept


def _seen_without(wishes: Wishes) -> dict[str, Any]:
    """What it tells everybody, or where it wants people to sign in; raises McpTrouble."""
    try:
        return _seen(wishes, {})
    except McpTrouble as trouble:
        if trouble.status != HTTPStatus.UNAUTHORIZED:
            raise
        try:
            challenge = Challenge.of(trouble.challenge)
            hurried = HurriedDoor(door(), within_s=SIGN_IN_WITHIN_S)
            place = find_place(hurried, wishes.server["address"], challenge)
        except OAuthTrouble as why:
            raise McpTrouble(f"{trouble.sentence} {why.sentence}") from why
    is_known = place.takes_document and own_document() is not None
    oauth = {"issuer": place.issuer, "registers": bool(place.registration) or is_known}
    return {"server": "", "tools": [], "oauth": oauth}


def _headers(header: str, secret: str) -> dict[str, str]:
    config = {"sign_in": SignIn.MCP.value, "header": header}
    return dict(credentials(config, secret).headers)


def _kept(connection_id: uuid.UUID, workspace_id: uuid.UUID, wishes: Wishes) -> dict[str, str]:
    """The secret that is set, under the header as it is wanted now."""
    address = wishes.server["address"]
    granted = authoriser(workspace_id).authorise(str(connection_id), url=address)
    return _headers(wishes.header, granted.redactions[0])
