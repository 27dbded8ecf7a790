"""Tokens: traded for a code, refreshed, revoked. What a server says in words is not repeated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.lib.oauth.asking import OAuthTrouble, code_of, posted_form, text_in
from app.lib.oauth.client import Asked, Client
from app.lib.oauth.scopes import joined
from app.lib.safe_http import Door
from app.lib.safe_http.target import Target

MAX_TOKEN_CHARS = 16_000
MAX_LIFE_S = 10 * 365 * 86_400
_TOKEN = re.compile(r"[\x21-\x7e]+")
_MAY_PASS = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a server gave. `lives_s` is None, and `scope` empty, where it did not say."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    lives_s: int | None = None
    scope: str = ""


def trade(door: Door, asked: Asked, code: str) -> Tokens:
    """The tokens for the code that a person came back with; raises OAuthTrouble."""
    values = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.callback,
        "code_verifier": asked.verifier,
        "resource": asked.place.resource,
    }
    return _asked_for(door, asked.place.token, asked.client, values)


def refresh(door: Door, address: str, client: Client, *, token: str, resource: str) -> Tokens:
    """New tokens for a refresh token, which may be worth nothing afterwards; raises OAuthTrouble.

    `refresh` is the token to use from then on.
    """
    values = {"grant_type": "refresh_token", "refresh_token": token, "resource": resource}
    given = _asked_for(door, address, client, values)
    return given if given.refresh else replace(given, refresh=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A sign-in that is over here: its tokens, as whom it was made, and where they are revoked."""

    address: str
    client: Client
    access: str = field(repr=False)
    refresh: str = field(repr=False)


def revoke(door: Door, ended: Ended) -> bool:
    """Ask the server to forget the tokens (RFC 7009); whether it said that it did."""
    if not ended.address:
        return False
    client, done = ended.client, []
    for hint, token in (("refresh_token", ended.refresh), ("access_token", ended.access)):
        if token:
            values = {"token": token, "token_type_hint": hint, **client.values()}
            try:
                status, _ = posted_form(
                    door, ended.address, values, secret_headers=client.headers()
                )
                done.append(status == 200)
            except OAuthTrouble:
                return False
    return all(done)


def _asked_for(door: Door, address: str, client: Client, values: Mapping[str, str]) -> Tokens:
    status, said = posted_form(
        door, address, {**values, **client.values()}, secret_headers=client.headers()
    )
    host = Target.parse(address).host
    if status != 200:
        is_refused = 400 <= status < 500 and status not in _MAY_PASS
        code = code_of(said)
        why = f" ({code})" if code else ""
        raise OAuthTrouble(f"{host} answered {status}{why}.", is_refused=is_refused)
    access, lives = _token(said, "access_token"), said.get("expires_in")
    kind = said.get("token_type", "bearer")
    if not access or not isinstance(kind, str) or kind.lower() != "bearer":
        raise OAuthTrouble(f"{host} gave no access token that Lamplight can use.", is_refused=True)
    refresh_token = _token(said, "refresh_token")
    scope = _scope(said, unlike=(access, refresh_token))
    return Tokens(access, refresh_token, _seconds(lives), scope)


def _token(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    fits = isinstance(value, str) and len(value) <= MAX_TOKEN_CHARS and _TOKEN.fullmatch(value)
    return str(value) if fits else ""


def _scope(said: Mapping[str, Any], *, unlike: tuple[str, ...]) -> str:
    """What the access token may be used for; a server that repeats a token there says nothing."""
    scope = joined(text_in(said, "scope"))
    return "" if any(token and token in scope for token in unlike) else scope


def _seconds(told: Any) -> int | None:
    """Some send the number as text."""
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 12:
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return max(0, min(int(told), MAX_LIFE_S))
