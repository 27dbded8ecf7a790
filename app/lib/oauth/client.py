"""Who we are to an authorization server, and how a sign-in begins."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from app.lib.oauth.asking import OAuthTrouble, posted_json, text_in, texts_in
from app.lib.oauth.metadata import PUBLIC_CLIENT, Place
from app.lib.safe_http import Door
from app.lib.safe_http.target import Target

NAME = "Lamplight"
BASIC, POST = "client_secret_basic", "client_secret_post"
MAX_ID_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Client:
    """How we are known there, and how we prove it (RFC 7591, `token_endpoint_auth_method`).

    `is_typed`: a person registered it by hand.
    """

    id: str
    secret: str = field(default="", repr=False)
    method: str = PUBLIC_CLIENT
    is_typed: bool = False

    @classmethod
    def typed(cls, client_id: str, secret: str, place: Place) -> "Client":
        """One that a person registered by hand."""
        return cls(client_id, secret, _method(place.methods) if secret else PUBLIC_CLIENT, True)

    def headers(self) -> dict[str, str]:
        """What proves it in the headers (RFC 6749, 2.3.1)."""
        if self.method != BASIC:
            return {}
        pair = f"{quote_plus(self.id)}:{quote_plus(self.secret)}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def values(self) -> dict[str, str]:
        """What proves it in the form."""
        if self.method == BASIC:
            return {}
        own = {"client_id": self.id}
        return {**own, "client_secret": self.secret} if self.method == POST else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sign-in that was begun: what has to be known when the person comes back."""

    place: Place
    client: Client
    callback: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def begin(cls, place: Place, client: Client, callback: str) -> "Asked":
        """With a state and a verifier of its own."""
        words = {"state": secrets.token_urlsafe(32), "verifier": secrets.token_urlsafe(48)}
        return cls(place=place, client=client, callback=callback, **words)

    @property
    def address(self) -> str:
        """Where the person signs in."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.callback,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            "resource": self.place.resource,
        }
        if self.place.scope:
            asked["scope"] = self.place.scope
        return Target.parse(self.place.authorization).with_query(asked).url

    def is_answered_by(self, issuer: str) -> bool:
        """Whether who sent the person back is who was asked (RFC 9207)."""
        if not issuer:
            return not self.place.names_issuer
        return issuer.removesuffix("/") == self.place.issuer.removesuffix("/")


def register(door: Door, place: Place, callback: str) -> Client:
    """Become known there, for this callback address alone; raises OAuthTrouble."""
    method = PUBLIC_CLIENT if not place.methods or PUBLIC_CLIENT in place.methods else ""
    wish = _about(callback, method or _method(place.methods))
    if place.scope:
        wish["scope"] = place.scope
    status, said = posted_json(door, place.registration, wish)
    if status not in (200, 201):
        raise _not_registered(place)
    return _registered(said, place, callback, str(wish["token_endpoint_auth_method"]))


def document(client_id: str, callback: str, *, home: str) -> dict[str, Any]:
    """What stands at the web address that we are known by: no secret, and nothing about anybody.

    After draft-ietf-oauth-client-id-metadata-document.
    """
    return {"client_id": client_id, "client_uri": home, **_about(callback, PUBLIC_CLIENT)}


def _about(callback: str, method: str) -> dict[str, Any]:
    return {
        "client_name": NAME,
        "redirect_uris": [callback],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    }


def _registered(said: Mapping[str, Any], place: Place, callback: str, wished: str) -> Client:
    client_id = text_in(said, "client_id", MAX_ID_CHARS)
    secret = text_in(said, "client_secret", MAX_ID_CHARS)
    given = texts_in(said, "redirect_uris") or (callback,)
    method = text_in(said, "token_endpoint_auth_method") or wished
    if not client_id or callback not in given:
        raise _not_registered(place)
    if not secret:
        return Client(client_id)
    return Client(client_id, secret, method if method in (BASIC, POST) else _method(place.methods))


def _method(known: tuple[str, ...]) -> str:
    """How a secret is shown; without a word of the server in the header (RFC 8414, 2)."""
    return POST if POST in known and BASIC not in known else BASIC


def _not_registered(place: Place) -> OAuthTrouble:
    host = Target.parse(place.registration).host
    return OAuthTrouble(
        f"{host} did not let Lamplight register. Try again later, or ask who runs it.",
        is_refused=True,
    )
