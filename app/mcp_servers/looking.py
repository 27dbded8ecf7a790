"""One look at an MCP server: which tools it has, or where it wants people to sign in."""

import contextlib
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from app import database
from app.lib.mcp import McpTrouble
from app.lib.oauth import Challenge, OAuthTrouble, find_place
from app.lib.safe_http import Door, HttpRefused, HurriedDoor
from app.mcp_servers.own_document import own_document
from app.mcp_servers.tools import Tools
from app.vault import connections, directory, mcp_tools, signing_in, standing
from app.vault.authoriser import Authoriser
from app.vault.models import Connection
from app.vault.person_needed import PersonNeeded, RightsNeeded, cause_of

LOOK_WITHIN_S = 20.0
_SIGN_IN = "The server wants a person to sign in before it shows its tools."
_BROKEN = "Something went wrong here while the server was asked. Try again."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What came of it, in words; what is kept of it, and what only a person can mend."""

    result: str
    works: bool | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    needed: PersonNeeded | None = None


def look(tools: Tools, workspace_id: uuid.UUID, connection_id: uuid.UUID) -> None:
    """Ask the server of this connection, and keep what came of it. Never raises.

    Nothing is held open while it is asked. Of a connection that was changed meanwhile nothing is
    kept: it waits to be asked anew.
    """
    try:
        with tools.sessions() as session:
            connection = directory.by_id(session, workspace_id, connection_id=connection_id)
        if connection is None or connection.tools_wanted_since is None:
            return
        _keep(tools, connection, _heard(tools, connection))
        if connection.is_signed_in:
            _end_replaced(tools, connection)
    except Exception:
        # Where this could not be kept it is tried again with the next round.
        log.exception("the look at the server of %s could not be kept", connection_id)


def _end_replaced(tools: Tools, connection: Connection) -> None:
    hurried = HurriedDoor(tools.door, within_s=signing_in.REVOKED_WITHIN_S)
    with contextlib.suppress(HttpRefused):  # somebody signed out meanwhile
        tools.renewal(connection.workspace_id, hurried).end_replaced(connection.id)


def _heard(tools: Tools, connection: Connection) -> _Heard:
    hurried = HurriedDoor(tools.door, within_s=LOOK_WITHIN_S)
    try:
        if connection.secret is None:
            return _asked_as_stranger(tools, hurried, connection)
        return _asked(tools, hurried, connection)
    except McpTrouble as trouble:
        return _troubled(trouble)
    except Exception:
        log.exception("the server of %s could not be asked", connection.id)
        return _Heard(result=_BROKEN)


def _asked(tools: Tools, door: Door, connection: Connection) -> _Heard:
    """With what the connection has; raises McpTrouble."""
    here = connection.workspace_id
    renewal = tools.renewal(here, door)
    speaker = Authoriser(tools.keyring, tools.sessions, workspace_id=here, renewal=renewal)
    address = connection.config_json["address"]
    found = mcp_tools.look_again(door, speaker, address, connection_id=str(connection.id))
    return _of_tools(connection, found)


def _asked_as_stranger(tools: Tools, door: Door, connection: Connection) -> _Heard:
    """What it tells everybody, or where it wants people to sign in; raises McpTrouble."""
    address = connection.config_json["address"]
    try:
        found = mcp_tools.look(door, address, secret_headers={}, hosts=connection.hosts)
    except McpTrouble as trouble:
        if trouble.status != HTTPStatus.UNAUTHORIZED:
            raise
        try:
            place = find_place(door, address, Challenge.of(trouble.challenge))
        except OAuthTrouble as why:
            raise McpTrouble(f"{trouble.sentence} {why.sentence}") from why
        is_known = place.takes_document and own_document(tools.settings) is not None
        oauth = {"issuer": place.issuer, "registers": bool(place.registration) or is_known}
        known = connection.config_json.get("oauth", oauth)
        is_as_known = known["issuer"] == place.issuer
        return _Heard(result=_SIGN_IN, told={"oauth": known if is_as_known else oauth})
    return _of_tools(connection, found)


def _of_tools(connection: Connection, found: mcp_tools.Look) -> _Heard:
    result = mcp_tools.told(found, mcp_tools.kept_tools(connection))
    return _Heard(result=result, works=True, told=found.as_kept)


def _troubled(trouble: McpTrouble) -> _Heard:
    needed = cause_of(trouble)
    is_refused = needed is not None and not _wants_rights(needed)
    return _Heard(result=trouble.sentence, works=False if is_refused else None, needed=needed)


def _wants_rights(needed: PersonNeeded) -> bool:
    """Whether somebody who signs in again can give them."""
    return isinstance(needed, RightsNeeded) and needed.signs_in


def _keep(tools: Tools, asked: Connection, heard: _Heard) -> None:
    here, which = asked.workspace_id, {"connection_id": asked.id}
    with tools.turn, tools.sessions() as session, database.writing(session):
        connection = directory.held(session, here, **which)
        if connection is None or connection.tools_wanted_since != asked.tools_wanted_since:
            return
        connections.keep_look(connection, result=heard.result, works=heard.works, told=heard.told)
        session.flush()
        if isinstance(heard.needed, RightsNeeded) and _wants_rights(heard.needed):
            standing.wants(session, here, **which, rights=heard.needed.rights)
