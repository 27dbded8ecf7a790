"""“Check it” really asks, and claims no more than the answer shows."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.vault.models import Connection
from tests.loopback import Loopback, Received, reply
from tests.vault.conftest import CANARY

HERE = "/w/harbour-pine/connections"


@pytest.fixture
def ada(app: Flask, ada: FlaskClient) -> FlaskClient:
    """Ada's browser, in an installation that may reach servers on this machine."""
    app.config["LAMPLIGHT"] = replace(app.config["LAMPLIGHT"], private_hosts=("127.0.0.1",))
    return ada


def ask(ada: FlaskClient, url: str, *, hosts: str = "127.0.0.1") -> str:
    form = {"name": "Post", "hosts": hosts, "secret": CANARY}
    made = ada.post(f"{HERE}?sign_in=bearer", data=form).location
    answer = ada.post(f"{made}/check", data={"url": url})
    assert (answer.status_code, answer.location) == (303, made)
    return ada.get(made).text


def door_opens(request: Received) -> bytes:
    is_known = request.headers.get("authorization") == f"Bearer {CANARY}"
    echo = f'{{"you_sent": "{request.headers.get("authorization")}"}}'.encode()
    return reply("200 OK" if is_known else "401 No", echo)


def test_it_works(ada: FlaskClient, session: Session) -> None:
    with Loopback(door_opens) as server:
        page = ask(ada, f"{server.url}/me")
    assert "127.0.0.1 answered 200 (OK). It took the request" in page
    assert CANARY not in page
    (request,) = server.received
    assert (request.method, request.path) == ("GET", "/me")
    connection = session.scalars(select(Connection)).one()
    assert connection.last_checked is not None
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.position)).all()
    assert actions == ["connection_created", "connection_checked"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("401 No", "answered 401 (Unauthorized). It does not accept this sign-in"),
        ("403 No", "answered 403 (Forbidden). It does not accept this sign-in"),
        ("404 Gone", "answered 404 (Not Found). The service was reached, but"),
        ("500 Oh", "answered 500 (Internal Server Error). The service was reached, but"),
        ("599 Odd", "answered 599. The service was reached, but"),
    ],
)
def test_it_claims_no_more_than_the_answer_shows(ada: FlaskClient, status: str, words: str) -> None:
    with Loopback(lambda _: reply(status, CANARY.encode())) as server:
        page = ask(ada, server.url)
    assert words in page
    assert CANARY not in page


def test_a_redirect_elsewhere_is_told(ada: FlaskClient) -> None:
    with (
        Loopback(lambda _: reply()) as other,
        Loopback(lambda _: reply("302 On", Location=f"{other.url}/in")) as server,
    ):
        page = ask(ada, server.url)
    assert "127.0.0.1 sent the call on to 127.0.0.1" in page
    assert "The secret was not sent there." in page
    assert "authorization" not in other.received[0].headers


@pytest.mark.parametrize(
    ("hosts", "url", "words"),
    [
        ("api.example.com", "https://evil.example/", "not to evil.example"),
        ("10.0.0.1", "http://10.0.0.1/", "encrypted line"),
        ("127.0.0.2", "https://127.0.0.2/", "private network"),
        ("169.254.169.254", "https://169.254.169.254/", "never sends anything there"),
    ],
)
def test_it_goes_nowhere_it_may_not(ada: FlaskClient, hosts: str, url: str, words: str) -> None:
    assert words in ask(ada, url, hosts=hosts)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/"])
def test_a_wrong_form_comes_back(ada: FlaskClient, session: Session, url: str) -> None:
    form = {"name": "Post", "hosts": "127.0.0.1", "secret": CANARY}
    made = ada.post(f"{HERE}?sign_in=bearer", data=form).location
    answer = ada.post(f"{made}/check", data={"url": url})
    assert answer.status_code == 422
    assert session.scalars(select(Connection)).one().last_checked is None
