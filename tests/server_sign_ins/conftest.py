"""Fixtures of signing in: two servers on this machine, Ada's browser, and the way through."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.settings import Settings
from app.vault.keys import Keyring
from app.vault.models import Connection
from tests.cast import Cast, sign_in
from tests.lib.oauth_stub import GuardedStub, OAuthStub

HERE = "/w/harbour-pine/connections"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """This computer may be reached."""
    return replace(settings, private_hosts=("127.0.0.1",))


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

    @property
    def service(self) -> OAuthStub:
        """Where one signs in."""
        return self.server.service

    def make(self, name: str = "Handbook") -> str:
        """A connection to the server; its page."""
        form = {"name": name, "address": self.server.address, "secret": "", "header": ""}
        made = self.browser.post(f"{HERE}?sign_in=mcp", data=form)
        assert made.status_code == 303, made.text
        return str(made.location)

    def begin(self, page: str, **typed: str) -> str:
        """The address that the person goes on to."""
        shown = self.browser.post(f"{page}/sign-in", data=typed)
        assert shown.status_code == 200, shown.text
        found = re.search(r'href="([^"]+/authorize[^"]*)"', shown.text)
        assert found, shown.text
        return html.unescape(found[1])

    def go(self, page: str, **typed: str) -> str:
        """Where the server sends the person back to."""
        back = self.service.way_back(self.begin(page, **typed))
        return back.removeprefix("http://127.0.0.1:8000")

    def finish(self, back: str, browser: FlaskClient | None = None):  # type: ignore[no-untyped-def]
        """Press the button there."""
        path, _, query = back.partition("?")
        return (browser or self.browser).post(path, data=dict(parse_qsl(query)))

    def sign_in(self, page: str) -> None:
        """All of it."""
        done = self.finish(self.go(page))
        assert done.status_code == 303, done.text

    def kept(self) -> Connection:
        """The connection as it stands."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Connection)).one()


@pytest.fixture
def way(ada: FlaskClient, session: Session, server: GuardedStub) -> Way:
    """Ada, on her way."""
    return Way(ada, session, server)
