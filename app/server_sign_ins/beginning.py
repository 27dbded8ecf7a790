"""Begins a sign-in: asks the server where, becomes known there, and makes up the words for it."""

from dataclasses import dataclass, field, replace
from typing import Any

from app.lib.mcp import McpServer, McpTrouble
from app.lib.oauth import (
    Asked,
    Challenge,
    Client,
    OAuthTrouble,
    Place,
    find_place,
    joined,
    register,
)
from app.lib.safe_http import Door
from app.mcp_servers.own_document import OwnDocument, is_document
from app.vault.models import Connection
from app.vault.server_account import Account

MAX_ASKED_CHARS = 5_000
"""As much as its three parts can have together; a web address has room for it."""


class ClientNeeded(Exception):
    """The server registers nobody by itself: a person has to, and to type what it gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where a person wants to sign in, and as which client where they typed one.

    `document`: what Lamplight may be known by, where the server reads such. `more`: rights to ask
    for beside what the server names and the kept account has.
    """

    address: str
    callback: str
    account: Account | None
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    document: OwnDocument | None = None
    more: str = ""


def known_client(connection: Connection) -> str:
    """The client id that was typed before; empty where there is none."""
    oauth: dict[str, Any] = connection.config_json["oauth"]
    return "" if oauth["registers"] else str(oauth.get("client_id", ""))


def has_registered(connection: Connection) -> bool:
    """Whether Lamplight is known to the server by what that gave it, and not by a document."""
    client_id = str(connection.config_json["oauth"].get("client_id", ""))
    return bool(client_id) and not is_document(client_id)


def begin(door: Door, wish: Wish) -> Asked:
    """Everything but the person's own part; raises OAuthTrouble, ClientNeeded."""
    place = find_place(door, wish.address, _challenge(door, wish.address))
    account = wish.account
    held = account.scope if account and account.issuer == place.issuer else ""
    place = replace(place, scope=joined(place.scope, held, wish.more, most_chars=MAX_ASKED_CHARS))
    client, callback = _known_as(door, place, wish)
    return Asked.begin(place, client, callback)


def _challenge(door: Door, address: str) -> Challenge:
    """What the server says to somebody who has not signed in."""
    try:
        McpServer(address, door.open).greet()
    except McpTrouble as trouble:
        if trouble.status is None:
            raise OAuthTrouble(trouble.sentence) from trouble
        return Challenge.of(trouble.challenge)
    return Challenge()


def _known_as(door: Door, place: Place, wish: Wish) -> tuple[Client, str]:
    """Who we are there, and where it sends people back to (the order of the specification)."""
    if wish.client_id:
        secret = wish.client_secret or _kept_secret(place, wish)
        return Client.typed(wish.client_id, secret, place), wish.callback
    if wish.document and place.takes_document:
        return Client(wish.document.client_id), wish.document.callback
    if not place.registration:
        raise ClientNeeded
    return register(door, place, wish.callback), wish.callback


def _kept_secret(place: Place, wish: Wish) -> str:
    """The one that was typed before, for the same client at the same server alone."""
    account = wish.account
    if account is None:
        return ""
    is_same = (account.issuer, account.token_address) == (place.issuer, place.token)
    return account.client.secret if is_same and account.client.id == wish.client_id else ""
