"""Begins a sign-in: asks the server where, becomes known there, and makes up the words for it."""

from dataclasses import dataclass, field
from typing import Any

from app.lib.mcp import McpServer, McpTrouble
from app.lib.oauth import Asked, Challenge, Client, OAuthTrouble, Place, find_place, register
from app.lib.safe_http import Door
from app.vault.models import Connection
from app.vault.server_account import Account


class ClientNeeded(Exception):
    """The server registers nobody by itself: a person has to, and to type what it gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where a person wants to sign in, and as which client where they typed one."""

    address: str
    callback: str
    account: Account | None
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


def known_client(connection: Connection) -> str:
    """The client id that was typed before; empty where there is none."""
    oauth: dict[str, Any] = connection.config_json["oauth"]
    return "" if oauth["registers"] else str(oauth.get("client_id", ""))


def begin(door: Door, wish: Wish) -> Asked:
    """Everything but the person's own part; raises OAuthTrouble, ClientNeeded."""
    place = find_place(door, wish.address, _challenge(door, wish.address))
    return Asked.begin(place, _client(door, place, wish), wish.callback)


def _challenge(door: Door, address: str) -> Challenge:
    """What the server says to somebody who has not signed in."""
    try:
        McpServer(address, door.open).greet()
    except McpTrouble as trouble:
        if trouble.status is None:
            raise OAuthTrouble(trouble.sentence) from trouble
        return Challenge.of(trouble.challenge)
    return Challenge()


def _client(door: Door, place: Place, wish: Wish) -> Client:
    if wish.client_id:
        return Client.typed(wish.client_id, wish.client_secret or _kept_secret(place, wish), place)
    if not place.registration:
        raise ClientNeeded
    return register(door, place, wish.callback)


def _kept_secret(place: Place, wish: Wish) -> str:
    """The one that was typed before, for the same client at the same server alone."""
    account = wish.account
    if account is None:
        return ""
    is_same = (account.issuer, account.token_address) == (place.issuer, place.token)
    return account.client.secret if is_same and account.client.id == wish.client_id else ""
