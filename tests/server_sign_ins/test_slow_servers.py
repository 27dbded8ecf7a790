"""Servers that do not answer: a person waits for all of them together, and hears which it was."""

import threading
from collections.abc import Callable, Iterator

import pytest

from app.mcp_servers import looking
from app.server_sign_ins import begin_routes, finish_routes
from tests.loopback import Received
from tests.server_sign_ins.conftest import Way

Slow = Callable[[object, str], None]
LIMIT_S = 5.0  # so much longer than the others take that the silent one is the slowest


@pytest.fixture
def slow(patience: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """Makes one path of a server answer when the test is over."""
    gate = threading.Event()
    for one in (begin_routes, finish_routes):
        monkeypatch.setattr(one, "SIGN_IN_WITHIN_S", LIMIT_S)
    monkeypatch.setattr(looking, "LOOK_WITHIN_S", LIMIT_S)

    def make(stub: object, path: str) -> None:
        old = stub.say  # type: ignore[attr-defined]

        def say(received: Received) -> object:
            if received.path == path:
                gate.wait(60)
            return old(received)

        stub.loopback.say = say  # type: ignore[attr-defined]

    yield make
    gate.set()


def test_where_one_signs_in_is_not_said(way: Way, slow: Slow) -> None:
    page = way.make()
    slow(way.service, "/.well-known/oauth-authorization-server")
    told = way.browser.post(f"{page}/sign-in")
    assert told.status_code == 422
    late = f"{way.service.issuer}/.well-known/oauth-authorization-server did not answer in time."
    assert late in told.text


def test_the_server_itself_is_silent(way: Way, slow: Slow) -> None:
    page = way.make()
    slow(way.server, "/mcp")
    assert (
        f"{way.server.address} did not answer in time." in way.browser.post(f"{page}/sign-in").text
    )


def test_nobody_trades_the_code(way: Way, slow: Slow) -> None:
    page = way.make()
    back = way.go(page)
    slow(way.service, "/token")
    told = way.finish(back)
    assert (told.status_code, way.kept().is_signed_in) == (422, False)
    assert f"{way.service.issuer}/token did not answer in time." in told.text


def test_the_tools_do_not_come(way: Way, slow: Slow) -> None:
    page = way.make()
    back = way.go(page)
    slow(way.server, "/mcp")
    assert way.finish(back).status_code == 303
    assert "Asking the server which tools it has." in way.browser.get(page).text
    way.ask_servers()
    shown = way.browser.get(page).text
    assert "Its tools could not be read" in shown
    assert f"{way.server.address} did not answer in time." in shown
