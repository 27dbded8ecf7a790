"""Finding where one signs in, and what is refused of what servers say of themselves."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.lib.oauth import (
    Asked,
    Challenge,
    Client,
    OAuthTrouble,
    Place,
    find_place,
    joined,
    register,
    trade,
    without,
)
from app.lib.safe_http import Door
from tests.lib.oauth_stub import GuardedStub, OAuthStub, says
from tests.loopback import Loopback, reply

DOOR = Door(("127.0.0.1",))
BACK = "https://lamplight.example/back"
RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"


@pytest.fixture
def server() -> Iterator[GuardedStub]:
    """An MCP server, and where one signs in."""
    with OAuthStub() as service, GuardedStub(service=service) as stub:
        yield stub


def found(server: GuardedStub, challenge: str = "") -> Place:
    return find_place(DOOR, server.address, Challenge.of(challenge))


def refused(server: GuardedStub, words: str, challenge: str = "", door: Door = DOOR) -> None:
    with pytest.raises(OAuthTrouble, match=words) as trouble:
        find_place(door, server.address, Challenge.of(challenge))
    assert "canary" not in trouble.value.sentence


@pytest.mark.parametrize(
    ("header", "metadata", "scope"),
    [
        (
            'Bearer resource_metadata="https://a.example/x", scope="a b"',
            "https://a.example/x",
            "a b",
        ),
        ("bearer scope=one, error=invalid_token", "", "one"),
        ('Basic realm="x", Bearer realm="y", scope="s"', "", "s"),
        ('Basic realm="x", scope="not ours"', "", ""),
        ("", "", ""),
        ('Bearer scope="' + "a" * 50_000, "", ""),
    ],
)
def test_what_a_refusal_says(header: str, metadata: str, scope: str) -> None:
    found = Challenge.of(header)
    assert (found.metadata, found.scope, found.missing) == (metadata, scope, "")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ('Bearer error="insufficient_scope", scope="a b a"', "a b"),
        ('Bearer scope=a, error_description="x, scope=b", error=insufficient_scope', "a"),
        (r'Bearer error_description="say \"scope=b\"", error="insufficient_scope"', ""),
        ('Bearer error="invalid_token", scope="a"', ""),
        ('Bearer error="insufficient_scope", scope="a\x01 <b> \xe9"', "<b>"),
        ('Bearer error="insufficient_scope", scope="' + "long " + "a" * 600 + '"', "long"),
    ],
)
def test_what_a_refusal_says_is_missing(header: str, missing: str) -> None:
    assert Challenge.of(header).missing == missing


def test_scopes_are_joined_each_once_and_not_without_end() -> None:
    assert joined("a b", "", "b  c") == "a b c"
    assert joined("aa bb cc", most_chars=5) == "aa bb"
    assert without("a b c", "b", "c d") == "a"


def test_it_is_found_by_the_well_known_address(server: GuardedStub) -> None:
    place = found(server)
    assert (place.resource, place.issuer) == (server.address, server.service.issuer)
    assert place.scope == "tools.read tools.call"
    server.service.changes["scopes_supported"] = ["offline_access"]
    assert found(server, 'Bearer scope="a"').scope == "a offline_access"


def test_openid_discovery_and_a_path(server: GuardedStub) -> None:
    issuer = f"{server.service.issuer}/tenant"
    server.told["authorization_servers"] = [issuer]
    path = "/tenant/.well-known/openid-configuration"
    server.service.answers[path] = says(server.service.metadata | {"issuer": issuer})
    assert found(server).issuer == issuer
    asked = [one.path for one in server.service.loopback.received]
    assert asked == [f"{SERVER}/tenant", "/.well-known/openid-configuration/tenant", path]


def test_a_server_may_do_it_itself() -> None:
    with OAuthStub() as service:
        place = find_place(DOOR, f"{service.issuer}/mcp", Challenge())
        assert place.resource == f"{service.issuer}/mcp"
        paths = [one.path for one in service.loopback.received]
        assert paths == [f"{RESOURCE}/mcp", RESOURCE, SERVER]


def test_a_server_that_says_nothing_of_it() -> None:
    nowhere = pytest.raises(OAuthTrouble, match="does not say where one signs in")
    with Loopback(lambda _: reply("404 Not Found")) as silent, nowhere:
        find_place(DOOR, f"{silent.url}/mcp", Challenge())


@pytest.mark.parametrize(
    "resource",
    ["https://another.example/mcp", "http://127.0.0.1/mcp", "{url}/other", "{url}/mc", "", 7],
)
def test_metadata_for_another_resource(server: GuardedStub, resource: Any) -> None:
    at = server.loopback.url
    server.told["resource"] = resource.format(url=at) if isinstance(resource, str) else resource
    refused(server, "for another address")
    assert server.service.loopback.received == []


def test_a_resource_may_be_what_the_server_stands_in(server: GuardedStub) -> None:
    server.told["resource"] = f"{server.loopback.url}/"
    assert found(server).resource == f"{server.loopback.url}/"


@pytest.mark.parametrize(
    "at",
    ["https://another.example/x", "http://169.254.169.254/x", "file:///etc/passwd", "http://["],
)
def test_nobody_else_tells_of_a_server(server: GuardedStub, at: str) -> None:
    with pytest.raises(OAuthTrouble):
        found(server, f'Bearer resource_metadata="{at}"')
    assert server.loopback.received == []


@pytest.mark.parametrize("issuer", ["https://another.example", "", None, 5, {"a": 1}])
def test_another_issuer_in_the_metadata(server: GuardedStub, issuer: Any) -> None:
    server.service.changes["issuer"] = issuer
    refused(server, "another server for signing in than it was named as")


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("token_endpoint", "http://plain.example/token", "encrypted"),
        ("authorization_endpoint", "http://plain.example/a", "encrypted"),
        ("authorization_endpoint", "javascript:alert(1)", "starts with https"),
        ("token_endpoint", "https://user:canary@a.example/", "name or password"),
        ("registration_endpoint", "file:///etc/passwd", "starts with https"),
        ("token_endpoint", None, "cannot be used"),
    ],
)
def test_addresses_that_cannot_be_used(
    server: GuardedStub, name: str, address: str | None, words: str
) -> None:
    server.service.changes[name] = address
    refused(server, words)


@pytest.mark.parametrize("methods", [None, [], ["plain"], "S256", 5])
def test_a_service_without_pkce(server: GuardedStub, methods: Any) -> None:
    server.service.changes["code_challenge_methods_supported"] = methods
    refused(server, "PKCE")


def test_private_addresses_stay_closed(server: GuardedStub) -> None:
    refused(server, "encrypted", door=Door())
    server.told["authorization_servers"] = ["https://10.0.0.1"]
    refused(server, "private network")
    server.told["authorization_servers"] = ["https://169.254.169.254"]
    refused(server, "never sends anything")
    server.told["authorization_servers"] = ["http://plain.example"]
    refused(server, "encrypted")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says({"issuer": "x" * 2_000_000}), "than|larger|long|more|bytes"),
        (reply("200 OK", b"<html>canary</html>"), "not valid JSON"),
        (says(["canary"]), "not as a server for signing in"),
        (reply("200 OK", b"[" * 5_000), "JSON|deep|levels"),
    ],
)
def test_answers_that_cannot_be_read(server: GuardedStub, answer: bytes, words: str) -> None:
    server.service.answers[SERVER] = answer
    refused(server, words)


def test_a_redirect_is_not_followed(server: GuardedStub) -> None:
    with Loopback(lambda _: says({})) as elsewhere:
        server.service.answers[SERVER] = reply("302 Found", Location=elsewhere.url)
        refused(server, "does not say where")
        assert elsewhere.received == []


@pytest.mark.parametrize(
    "answer",
    [
        says({"client_id": ""}, "201 Created"),
        says({"client_id": "x\ny"}, "201 Created"),
        says({"client_id": "x", "redirect_uris": ["https://evil.example"]}, "201 Created"),
        says({"error": "invalid_redirect_uri", "error_description": "canary"}, "400 Bad"),
    ],
)
def test_a_registration_that_cannot_be_used(server: GuardedStub, answer: bytes) -> None:
    place = found(server)
    server.service.answers["/register"] = answer
    with pytest.raises(OAuthTrouble, match="did not let Lamplight register"):
        register(DOOR, place, BACK)


def test_a_registration_with_a_secret(server: GuardedStub) -> None:
    place = found(server)
    given = {"client_id": "x", "client_secret": "canary:+ü", "token_endpoint_auth_method": "odd"}
    server.service.answers["/register"] = says(given, "201 Created")
    client = register(DOOR, place, BACK)
    assert (client.id, client.method) == ("x", "client_secret_basic")
    assert "canary" not in repr(client)
    assert client.headers()["Authorization"].startswith("Basic ")
    wish = json.loads(server.service.loopback.received[-1].body)
    assert wish["redirect_uris"] == [BACK]
    assert wish["token_endpoint_auth_method"] == "none"


@pytest.mark.parametrize(
    ("answer", "is_refused"),
    [
        (says({"access_token": "a b", "token_type": "Bearer"}), True),
        (says({"access_token": "x", "token_type": "DPoP"}), True),
        (says({"access_token": "x" * 20_000, "token_type": "Bearer"}), True),
        (says({"access_token": "x\r\nEvil: 1"}), True),
        (reply("200 OK"), True),
        (reply("500 Broken", b"<html>canary</html>"), False),
        (reply("429 Too Many"), False),
        (says({"error": "invalid_grant", "error_description": "<b>canary</b>"}, "400 Bad"), True),
        (reply("200 OK", b"x" * 2_000_000), False),
    ],
)
def test_tokens_that_cannot_be_used(server: GuardedStub, answer: bytes, is_refused: bool) -> None:
    asked = Asked.begin(found(server), Client("me"), BACK)
    server.service.answers["/token"] = answer
    with pytest.raises(OAuthTrouble) as trouble:
        trade(DOOR, asked, "code")
    assert trouble.value.is_refused is is_refused
    assert "canary" not in trouble.value.sentence


@pytest.mark.parametrize(
    ("told", "lives"),
    [(60, 60), ("60", 60), (59.5, 59), (-5, 0), (None, None), ("soon", None), (True, None)],
)
def test_how_long_a_token_lives(server: GuardedStub, told: Any, lives: int | None) -> None:
    asked = Asked.begin(found(server), Client("me"), BACK)
    server.service.answers["/token"] = says({"access_token": "x", "expires_in": told})
    assert trade(DOOR, asked, "code").lives_s == lives
    assert asked.verifier not in repr(asked)
    assert asked.state not in repr(asked)
