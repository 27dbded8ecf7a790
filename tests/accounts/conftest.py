"""Browsers, and Ada, who made the first account of the installation."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.first_owner import first_owner_address
from app.accounts.models import User
from app.lib import clock
from tests.accounts.browser import Browser
from tests.cast import PASSWORD

SIGN_UP = {
    "name": "Ada",
    "email": "Ada@Harbour.example",
    "password": PASSWORD,
    "workspace": "Harbour & Pine",
    "timezone": "Europe/Oslo",
}


class Time:
    """The product's clock, which a test moves on."""

    def __init__(self) -> None:
        self.gone_by = timedelta()

    def now(self) -> datetime:
        """The present moment of this test."""
        return datetime.now(UTC) + self.gone_by

    def passes(self, gone_by: timedelta) -> None:
        """Go on by this much."""
        self.gone_by += gone_by


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Time that passes when the test says so."""
    time = Time()
    monkeypatch.setattr(clock, "now", time.now)
    return time


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """A browser that is not signed in."""
    return Browser(client)


@pytest.fixture
def phone(app: Flask) -> Browser:
    """Another browser that is not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def ada_here(browser: Browser, session: Session) -> Browser:
    """The browser in which Ada made the first account."""
    address = first_owner_address(session, public_url="")
    assert address
    answer = browser.send(address, address, **SIGN_UP)
    assert answer.status_code == 303, answer.text
    return browser


@pytest.fixture
def ada(ada_here: Browser, session: Session) -> User:
    """Ada herself."""
    ada = session.scalars(select(User)).one()
    session.rollback()  # tests look at what is true after the act, not before it
    return ada
