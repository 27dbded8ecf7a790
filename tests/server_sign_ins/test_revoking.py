"""A sign-in that a connection does not have any more ends at the server, too, if that answers."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.vault import signing_in
from app.vault.models import Connection, Secret
from tests.databases import on_both
from tests.lib.oauth_stub import GuardedStub
from tests.loopback import Received
from tests.server_sign_ins.conftest import Way

NOT_TOLD = "The server was not told that the sign-in is over"


@pytest.fixture
def signed_in(way: Way) -> str:
    """A connection that Ada is signed in to; its page."""
    page = way.make()
    way.sign_in(page)
    way.service.access.add("typed-token-77")
    return page


def change(way: Way, page: str, **typed: str) -> str:
    form = {"name": "Handbook", "address": way.server.address, "secret": "", "header": ""}
    done = way.browser.post(f"{page}/details", data=form | typed, follow_redirects=True)
    assert done.status_code == 200
    return done.text


@on_both
def test_another_address(way: Way, signed_in: str) -> None:
    tokens = set(way.service.rights)
    with GuardedStub(service=way.service) as elsewhere:
        shown = change(way, signed_in, address=elsewhere.address)
    assert set(way.service.revoked) == tokens
    assert NOT_TOLD not in shown


@on_both
def test_a_typed_token(way: Way, signed_in: str) -> None:
    tokens = set(way.service.rights)
    shown = change(way, signed_in, secret="typed-token-77")
    assert set(way.service.revoked) == tokens
    assert NOT_TOLD not in shown


def test_another_name_ends_nothing(way: Way, signed_in: str) -> None:
    change(way, signed_in, name="Handbook 2")
    assert way.service.revoked == []
    assert way.kept().is_signed_in


@pytest.fixture
def stuck(
    way: Way,
    signed_in: str,
    engine: Engine,
    patience: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[int]]:
    """A server that does not answer who ends a sign-in; how many secrets there were then."""
    gate, found = threading.Event(), []
    old = way.service.say
    monkeypatch.setattr(signing_in, "REVOKED_WITHIN_S", 4.0)

    def say(received: Received) -> bytes:
        if received.path == "/revoke":
            with Session(engine) as beside:
                found.append(len(beside.scalars(select(Secret)).all()))
            gate.wait(30)
        return old(received)

    way.service.loopback.say = say
    yield found
    gate.set()


@on_both
def test_a_server_that_does_not_answer_holds_up_nothing(
    way: Way, signed_in: str, stuck: list[int], session: Session
) -> None:
    done = way.browser.post(f"{signed_in}/deletion", follow_redirects=True)
    assert "“Handbook” is deleted." in done.text
    assert NOT_TOLD in done.text
    assert stuck == [0], "it was deleted before the server was asked"
    session.rollback()
    assert session.scalars(select(Connection)).all() == []


def test_signing_out_does_not_wait_for_it_either(
    way: Way, signed_in: str, stuck: list[int]
) -> None:
    told = way.browser.post(f"{signed_in}/sign-out", follow_redirects=True).text
    assert "end it in your account there, too" in told
    assert stuck == [0]
