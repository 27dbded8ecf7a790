"""Fixtures of signing in: two servers on this machine, Ada's browser, and the way through."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.mcp_servers import looking
from app.server_sign_ins import begin_routes, finish_routes
from app.settings import Settings
from app.vault import signing_in
from app.vault.keys import Keyring
from app.vault.models import Connection
from tests.cast import Cast, sign_in
from tests.lib.oauth_stub import GuardedStub, OAuthStub
from tests.mcp_servers.asking import AskServers

HERE = "/w/harbour-pine/connections"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """This computer may be reached."""
    return replace(settings, private_hosts=("127.0.0.1",))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is late because the machine of the tests is busy."""
    for room in (begin_routes, finish_routes):
        monkeypatch.setattr(room, "SIGN_IN_WITHIN_S", 60.0)
    monkeypatch.setattr(looking, "LOOK_WITHIN_S", 60.0)
    monkeypatch.setattr(signing_in, "REVOKED_WITHIN_S", 60.0)


@pytest.fixture
def keyring(engine: Engine, settings: Settings) -> Keyring:
    """The keyring of this test's app."""
    return Keyring.of(settings, database.session_factory(engine))


@pytest.fixture
def service() -> Iterator[OAuthStub]:
    """Where one signs in."""
    with OAuthStub() as stub:
        yield stub


@pytest.fixture
def server(service: OAuthStub) -> Iterator[GuardedStub]:
    """The MCP server that trusts it."""
    with GuardedStub(service=service) as stub:
        yield stub


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    """Ada's browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), session, cast.ada)


@dataclass(frozen=True)
class Way:
    """The steps that a person takes."""

    browser: FlaskClient
    session: Session
    server: GuardedStub
    ask_servers: AskServers

    @property
    def service(self) -> OAuthStub:
        """Where one signs in."""
        return self.server.service

    def make(self, name: str = "Handbook") -> str:
        """A connection to the server, which a worker has asked; its page."""
        form = {"name": name, "address": self.server.address, "secret": "", "header": ""}
        made = self.browser.post(f"{HERE}?sign_in=mcp", data=form)
        assert made.status_code == 303, made.text
        self.ask_servers()
        return str(made.location)

    def begin(self, page: str, **typed: str) -> str:
        """The address that the person goes on to."""
        shown = self.browser.post(f"{page}/sign-in", data=typed)
        assert shown.status_code == 200, shown.text
        found = re.search(r'href="([^"]+/authorize[^"]*)"', shown.text)
        assert found, shown.text
        return html.unescape(found[1])

    def asks_for(self, page: str, **typed: str) -> str:
        """The scopes that the person is sent for."""
        (scope,) = parse_qs(urlsplit(self.begin(page, **typed)).query)["scope"]
        return scope

    def look(self, page: str) -> str:
        """Have the tools read again; what the page says then."""
        assert self.browser.post(f"{page}/check").status_code == 303
        self.ask_servers()
        return self.browser.get(page).text

    def go(self, page: str, **typed: str) -> str:
        """Where the server sends the person back to."""
        back = urlsplit(self.service.way_back(self.begin(page, **typed)))
        return f"{back.path}?{back.query}"

    def finish(self, back: str, browser: FlaskClient | None = None):  # type: ignore[no-untyped-def]
        """Press the button there."""
        path, _, query = back.partition("?")
        return (browser or self.browser).post(path, data=dict(parse_qsl(query)))

    def sign_in(self, page: str, **typed: str) -> None:
        """All of it, until a worker has read the tools."""
        done = self.finish(self.go(page, **typed))
        assert done.status_code == 303, done.text
        self.ask_servers()

    def kept(self) -> Connection:
        """The connection as it stands."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Connection)).one()


@pytest.fixture
def way(
    ada: FlaskClient, session: Session, server: GuardedStub, engine: Engine, settings: Settings
) -> Way:
    """Ada, on her way."""
    return Way(ada, session, server, AskServers(engine, settings))
