"""An authorization server, and an MCP server that trusts it alone, as the standards have them."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.lib.mcp_stub import McpStub
from tests.loopback import Loopback, Received, reply


def says(value: Any, status: str = "200 OK") -> bytes:
    """An answer in JSON."""
    return reply(status, json.dumps(value).encode(), Content_Type="application/json")


@dataclass
class OAuthStub:
    """The authorization server. `changes` are laid over its metadata; None takes a line out.

    `answers` says something else at a path; `lives_s` is how long its tokens live. `documents`
    reads what stands at the web address that a client is known by. `gives`: the only scopes that
    it gives, whatever was asked for. `rights` are the scopes of each token.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    lives_s: int | None = 3_600
    registers: bool = True
    rotates: bool = True
    secret: str = ""  # of a client that a person registered
    says_no: str = ""  # the error that people come back with
    clients: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refreshing: set[str] = field(default_factory=set)
    revoked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    documents: Callable[[str], dict[str, Any]] | None = None
    gives: str | None = None
    rights: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "OAuthStub":
        self.loopback = Loopback(self.say).__enter__()
        self.issuer = self.loopback.url
        return self

    def __exit__(self, *error: object) -> None:
        self.loopback.__exit__(*error)

    @property
    def metadata(self) -> dict[str, Any]:
        """What it tells of itself (RFC 8414)."""
        at = self.issuer
        told = {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "registration_endpoint": f"{at}/register" if self.registers else None,
            "revocation_endpoint": f"{at}/revoke",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
            "client_id_metadata_document_supported": True if self.documents else None,
            **self.changes,
        }
        return {name: one for name, one in told.items() if one is not None}

    def say(self, received: Received) -> bytes:
        """The answer to one request."""
        path = urlsplit(received.path).path
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/oauth-authorization-server":
            return says(self.metadata)
        if path == "/register" and self.registers:
            return self._register(json.loads(received.body))
        if path == "/authorize":
            return reply("303 See Other", Location=self.way_back(received.path))
        if path not in ("/token", "/revoke"):
            return reply("404 Not Found")
        form = {name: one for name, (one,) in parse_qs(received.body.decode()).items()}
        self.forms.append(form)
        if not self._is_known(form, received):
            return says({"error": "invalid_client"}, "401 Unauthorized")
        return self._token(form) if path == "/token" else self._revoke(form["token"])

    def way_back(self, address: str) -> str:
        """Where the browser of a person goes who says yes at this address."""
        asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"] in self._client(asked["client_id"])["redirect_uris"]
        told = {"state": asked["state"], "iss": self.issuer}
        if self.says_no:
            html = "<b>Call 555</b>"
            told |= {"error": self.says_no, "error_description": html}
        else:
            told["code"] = secrets.token_urlsafe(12)
            self.codes[told["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def forget_access(self) -> None:
        """Every access token is worth nothing from now on."""
        self.access.clear()

    def _client(self, client_id: str) -> dict[str, Any]:
        if self.documents and client_id.startswith("https://") and client_id not in self.clients:
            read = self.documents(client_id)
            assert read["client_id"] == client_id
            assert read["token_endpoint_auth_method"] == "none"
            self.clients[client_id] = read
        return self.clients[client_id]

    def _register(self, wish: dict[str, Any]) -> bytes:
        client_id = f"client-{secrets.token_hex(4)}"
        self.clients[client_id] = wish
        return says({**wish, "client_id": client_id}, "201 Created")

    def _is_known(self, form: dict[str, str], received: Received) -> bool:
        if not self.secret:
            return form.get("client_id") in self.clients
        pair = received.headers.get("authorization", "").removeprefix("Basic ")
        client_id, _, secret = base64.b64decode(pair).decode().partition(":")
        return client_id in self.clients and secret == self.secret

    def _token(self, form: dict[str, str]) -> bytes:
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refreshing:
                return _no("invalid_grant")
            if self.rotates:
                self.refreshing.discard(form["refresh_token"])
            return self._given(self.rights[form["refresh_token"]])
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        fits = asked is not None and (
            asked["code_challenge"] == challenge
            and asked["redirect_uri"] == form["redirect_uri"]
            and asked["resource"] == form["resource"]
        )
        if asked is None or not fits:
            return _no("invalid_grant")
        return self._given(asked.get("scope", "") if self.gives is None else self.gives)

    def _given(self, scope: str) -> bytes:
        told = {
            "access_token": f"canary-access-{secrets.token_hex(8)}",
            "token_type": "Bearer",
            "refresh_token": f"canary-refresh-{secrets.token_hex(8)}",
        }
        self.access.add(told["access_token"])
        self.refreshing.add(told["refresh_token"])
        for token in (told["access_token"], told["refresh_token"]):
            self.rights[token] = scope
        if self.gives is not None:
            told["scope"] = scope
        lives = {} if self.lives_s is None else {"expires_in": self.lives_s}
        return says(told | lives)

    def _revoke(self, token: str) -> bytes:
        self.revoked.append(token)
        self.access.discard(token)
        self.refreshing.discard(token)
        return reply("200 OK")


@dataclass
class GuardedStub(McpStub):
    """The MCP server. `names_metadata`: its refusal says where it tells of itself.

    `wants`: the scopes that a token must have for a method, or for the tool of this name.
    """

    service: OAuthStub = field(default_factory=OAuthStub)
    told: dict[str, Any] = field(default_factory=dict)
    names_metadata: bool = True
    challenge: str = ""
    wants: dict[str, str] = field(default_factory=dict)

    def say(self, received: Received) -> Any:
        """As the server it is made of, for those who signed in."""
        if received.path == "/.well-known/oauth-protected-resource/mcp":
            about = {
                "resource": self.address,
                "authorization_servers": [self.service.issuer],
                "scopes_supported": ["tools.read", "tools.call"],
            }
            return says(about | self.told)
        token = received.headers.get("authorization", "").removeprefix("Bearer ")
        if token in self.service.access:
            lacks = self._lacking(received, self.service.rights.get(token, ""))
            return self._more(lacks) if lacks else super().say(received)
        at = f"{self.loopback.url}/.well-known/oauth-protected-resource/mcp"
        header = self.challenge or (
            f'Bearer resource_metadata="{at}"' if self.names_metadata else ""
        )
        return reply("401 Unauthorized", b"no", **({"WWW_Authenticate": header} if header else {}))

    def _lacking(self, received: Received, has: str) -> str:
        message = json.loads(received.body or b"{}")
        names = {message.get("method"), message.get("params", {}).get("name")}
        wanted = [one for name in names for one in self.wants.get(name or "", "").split()]
        return " ".join(wanted) if set(wanted) - set(has.split()) else ""

    def _more(self, scope: str) -> bytes:
        header = (
            f'Bearer error="insufficient_scope", scope="{scope}", error_description="no scope=x"'
        )
        return reply("403 Forbidden", b"no", WWW_Authenticate=header)


def _no(code: str) -> bytes:
    words = {"error": code, "error_description": "<script>alert(1)</script> canary-echo"}
    return says(words, "400 Bad Request")
