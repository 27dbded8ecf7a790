"""Where one signs in to an MCP server: found from its refusal or its well-known addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.lib.oauth.asking import OAuthTrouble, text_in, texts_in, told
from app.lib.oauth.scopes import MAX_SCOPE_CHARS, joined
from app.lib.safe_http import Door, HttpRefused
from app.lib.safe_http.target import Target

MAX_HEADER_CHARS = 8_000
MAX_MISSING_CHARS = 500
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))')
_MORE_NEEDED = "insufficient_scope"
PUBLIC_CLIENT = "none"
_RESOURCE = "oauth-protected-resource"
_SERVER = "oauth-authorization-server"
_OPENID = "openid-configuration"
_STAYS_SIGNED_IN = "offline_access"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a refusal says of signing in (RFC 9728, 5.1)."""

    metadata: str = ""
    scope: str = ""
    error: str = ""

    @classmethod
    def of(cls, header: str) -> "Challenge":
        """Read a `WWW-Authenticate` header; what is no `Bearer` challenge says nothing."""
        at = header.lower().find("bearer")
        if at < 0 or len(header) > MAX_HEADER_CHARS:
            return cls()
        found: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(header[at:]):
            found.setdefault(name.lower(), quoted or bare)
        names = ("resource_metadata", "scope", "error")
        return cls(*(found.get(name, "") for name in names))

    @property
    def missing(self) -> str:
        """The scopes that a token lacks for what it was used for (RFC 6750, 3.1); or empty."""
        if self.error != _MORE_NEEDED:
            return ""
        return joined(self.scope, most_chars=MAX_MISSING_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one signs in for `resource`, and what that server can do.

    `names_issuer`: it says who it is when it sends people back, so it must. `reads_documents`: it
    knows clients by the web address of a document that they show (see `document`).
    """

    resource: str
    scope: str
    issuer: str
    authorization: str
    token: str
    registration: str = ""
    revocation: str = ""
    methods: tuple[str, ...] = ()
    names_issuer: bool = False
    reads_documents: bool = False

    def is_for(self, address: str) -> bool:
        """Whether what is given there may be sent to the MCP server at this address."""
        return _covers(self.resource, Target.parse(address))

    @property
    def takes_document(self) -> bool:
        """Whether we may be known there by our document, which is the same at every server.

        So only where the server says who it is when it sends people back: otherwise one server
        could lead a person on to another, and get the code that was meant for us there (RFC 9207).
        """
        fits = not self.methods or PUBLIC_CLIENT in self.methods
        return self.reads_documents and self.names_issuer and fits

    @property
    def host(self) -> str:
        """Where people sign in."""
        return Target.parse(self.authorization).host


def find_place(door: Door, address: str, challenge: Challenge) -> Place:
    """Where one signs in to the MCP server at `address`; raises OAuthTrouble.

    A server that tells nothing of itself may do the signing in itself, as in the revision
    2025-03-26.
    """
    server = Target.parse(address)
    resource, issuer, scopes = _of_resource(door, server, challenge)
    said = _of_issuer(door, issuer)
    place = Place(
        resource=resource,
        scope=_scope(challenge.scope.split() or scopes, texts_in(said, "scopes_supported")),
        issuer=issuer,
        authorization=_address(door, said, "authorization_endpoint"),
        token=_address(door, said, "token_endpoint"),
        registration=_address(door, said, "registration_endpoint", is_needed=False),
        revocation=_address(door, said, "revocation_endpoint", is_needed=False),
        methods=texts_in(said, "token_endpoint_auth_methods_supported"),
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        reads_documents=said.get("client_id_metadata_document_supported") is True,
    )
    if "S256" not in texts_in(said, "code_challenge_methods_supported"):
        raise OAuthTrouble(
            f"{Target.parse(issuer).host} does not protect its sign-in as MCP wants it (PKCE with "
            "S256). Ask who runs it, or use an access token.",
            is_refused=True,
        )
    return place


def _of_resource(
    door: Door, server: Target, challenge: Challenge
) -> tuple[str, str, tuple[str, ...]]:
    """Which resource the tokens are for, who gives them, and the scopes there are."""
    for url in _resource_addresses(server, challenge):
        said = told(door, url)
        if said is None:
            continue
        resource = text_in(said, "resource")
        if not _covers(resource, server):
            raise OAuthTrouble(
                f"{server.host} says that its sign-in is for another address. "
                "Check the address of the server.",
                is_refused=True,
            )
        issuers = texts_in(said, "authorization_servers")
        if not issuers:
            raise _nowhere(server)
        return resource, issuers[0], texts_in(said, "scopes_supported")
    return server.url, f"{server.scheme}://{server.authority}", ()


def _resource_addresses(server: Target, challenge: Challenge) -> Iterator[str]:
    """In the order of the specification. Only the server itself may tell of itself."""
    if challenge.metadata:
        try:
            named = Target.parse(challenge.metadata)
        except HttpRefused as refused:
            raise OAuthTrouble(refused.sentence, is_refused=True) from refused
        if not server.is_same_place(named):
            raise OAuthTrouble(
                f"{server.host} lets {named.host} say where one signs in. "
                "Lamplight takes that only from the server itself.",
                is_refused=True,
            )
        yield named.url
        return
    root = f"{server.scheme}://{server.authority}/.well-known/{_RESOURCE}"
    if server.path != "/":
        yield root + server.path
    yield root


def _covers(resource: str, server: Target) -> bool:
    """Whether the resource is this server, or what it stands in."""
    try:
        named = Target.parse(resource)
    except HttpRefused:
        return False
    if (named.scheme, named.host, named.port) != (server.scheme, server.host, server.port):
        return False
    above = named.path.rstrip("/")
    return not named.query and f"{server.path}/".startswith(f"{above}/")


def _of_issuer(door: Door, issuer: str) -> dict[str, Any]:
    """The metadata of an authorization server, which must name itself as we know it."""
    try:
        at = Target.parse(issuer)
    except HttpRefused as refused:
        raise OAuthTrouble(refused.sentence, is_refused=True) from refused
    for url in _issuer_addresses(at):
        said = told(door, url)
        if said is None:
            continue
        # RFC 8414, 3.3; many leave out or add the slash of an empty path.
        if text_in(said, "issuer").removesuffix("/") != issuer.removesuffix("/"):
            raise OAuthTrouble(
                f"{at.host} says that it is another server for signing in than it was named as. "
                "Nothing was sent there.",
                is_refused=True,
            )
        return said
    raise _nowhere(at)


def _issuer_addresses(at: Target) -> Iterator[str]:
    root = f"{at.scheme}://{at.authority}"
    path = at.path.rstrip("/")
    yield f"{root}/.well-known/{_SERVER}{path}"
    yield f"{root}/.well-known/{_OPENID}{path}"
    if path:
        yield f"{root}{path}/.well-known/{_OPENID}"


def _address(door: Door, said: Mapping[str, Any], name: str, *, is_needed: bool = True) -> str:
    """An address in the metadata, encrypted or allowed; empty where there is none."""
    url = text_in(said, name)
    if not url and not is_needed:
        return ""
    try:
        target = Target.parse(url)
        door.check_line(target)
    except HttpRefused as refused:
        raise OAuthTrouble(
            f"The server for signing in names an address that cannot be used. {refused.sentence}",
            is_refused=True,
        ) from refused
    return target.url


def _scope(wanted: tuple[str, ...] | list[str], known: tuple[str, ...]) -> str:
    made = joined(*wanted, most_chars=2 * MAX_SCOPE_CHARS)
    if made and _STAYS_SIGNED_IN in known:
        made = joined(made, _STAYS_SIGNED_IN, most_chars=2 * MAX_SCOPE_CHARS)
    return made if len(made) <= MAX_SCOPE_CHARS else ""


def _nowhere(at: Target) -> OAuthTrouble:
    return OAuthTrouble(f"{at.host} does not say where one signs in.", is_refused=True)
