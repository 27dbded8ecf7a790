"""The last moment before a request: which secret goes where, and what is hidden afterwards."""

import base64
import os

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import database
from app.engine.graph import Graph, Step
from app.lib.cipher import MasterKey
from app.lib.safe_http import HttpRefused
from app.vault import connections
from app.vault.authoriser import Authoriser
from app.vault.keys import Keyring
from app.vault.sign_in import SignIn
from tests.cast import Cast
from tests.vault.conftest import CANARY, Make

URL = "https://api.example.com/orders"


@pytest.fixture
def authoriser(engine: Engine, cast: Cast, keyring: Keyring) -> Authoriser:
    """Who speaks for the harbour's connections."""
    return Authoriser(keyring, database.session_factory(engine), workspace_id=cast.harbour.id)


@pytest.mark.parametrize(
    ("kind", "wishes", "headers", "query"),
    [
        (SignIn.BEARER, {}, {"Authorization": f"Bearer {CANARY}"}, {}),
        (
            SignIn.BASIC,
            {"username": "ada"},
            {"Authorization": "Basic " + base64.b64encode(f"ada:{CANARY}".encode()).decode()},
            {},
        ),
        (SignIn.HEADER, {"header": "X-Key"}, {"X-Key": CANARY}, {}),
        (SignIn.QUERY, {"parameter": "key"}, {}, {"key": CANARY}),
        (SignIn.NONE, {}, {}, {}),
    ],
)
def test_each_way_to_sign_in(
    authoriser: Authoriser,
    make: Make,
    kind: SignIn,
    wishes: dict[str, str],
    headers: dict[str, str],
    query: dict[str, str],
) -> None:
    allowed = authoriser.authorise(str(make(kind, **wishes).id), url=URL)
    assert (allowed.secret_headers, allowed.secret_query) == (headers, query)
    assert allowed.hosts == ("api.example.com",)
    assert CANARY not in repr(allowed)
    if kind.needs_secret:
        assert CANARY in allowed.redactions


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "https://api.example.com.evil.example/", "https://example.com/"],
)
def test_another_host_is_refused(authoriser: Authoriser, make: Make, url: str) -> None:
    made = make(name="Post")
    with pytest.raises(HttpRefused, match=r"“Post” may be sent to api\.example\.com, not to"):
        authoriser.authorise(str(made.id), url=url)


@pytest.mark.parametrize("connection_id", ["", "nonsense", "01a20309-0c18-75e5-8c09-f4b8730aa040"])
def test_a_connection_that_is_gone_says_so(authoriser: Authoriser, connection_id: str) -> None:
    with pytest.raises(HttpRefused, match="was deleted"):
        authoriser.authorise(connection_id, url=URL)


def test_another_workspace_is_told_the_same(
    engine: Engine, cast: Cast, keyring: Keyring, make: Make
) -> None:
    dans = Authoriser(keyring, database.session_factory(engine), workspace_id=cast.elsewhere.id)
    made = make()
    with pytest.raises(HttpRefused, match="was deleted"):
        dans.authorise(str(made.id), url=URL)
    assert dans.redactions(frozenset({made.id})) == ()


def test_a_replaced_secret_is_used_at_once(
    session: Session, authoriser: Authoriser, keyring: Keyring, make: Make
) -> None:
    made = make()
    authoriser.authorise(str(made.id), url=URL)
    with database.writing(session):
        connections.replace_secret(
            session, keyring, connection=made, by=made.created_by, value="replaced-value"
        )
    allowed = authoriser.authorise(str(made.id), url=URL)
    assert allowed.secret_headers == {"Authorization": "Bearer replaced-value"}


def test_another_master_key_says_what_to_do(engine: Engine, cast: Cast, make: Make) -> None:
    sessions = database.session_factory(engine)
    other = Keyring((MasterKey.of(os.urandom(32)),), sessions)
    made = make(name="Post")
    stranger = Authoriser(other, sessions, workspace_id=cast.harbour.id)
    with pytest.raises(HttpRefused, match=r"“Post” cannot be opened.*Enter the secret again"):
        stranger.authorise(str(made.id), url=URL)
    assert stranger.redactions(frozenset({made.id})) == ()


def test_the_redactor_of_a_flow_knows_its_secrets(authoriser: Authoriser, make: Make) -> None:
    used = make(SignIn.BASIC, username="ada")
    make(secret="not-used-by-this-flow")
    step = Step("aaaaaaaa", "http_request", "ask", "Ask", fields={"connection": str(used.id)})
    redactor = authoriser.redactor(Graph(steps=(step,), links=()))
    pair = base64.b64encode(f"ada:{CANARY}".encode()).decode()
    assert redactor.text(f"{CANARY} {pair} not-used-by-this-flow") == (
        "[hidden] [hidden] not-used-by-this-flow"
    )
