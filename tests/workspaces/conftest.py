"""The cast, each in a browser of their own."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in

PEOPLE = "/w/harbour-pine/people"


@pytest.fixture
def browser_of(app: Flask, session: Session, cast: Cast) -> Callable[[User], Browser]:
    """A browser in which this person is signed in."""

    def open_for(user: User) -> Browser:
        return Browser(sign_in(app.test_client(), session, user))

    return open_for


@pytest.fixture
def ada(browser_of: Callable[[User], Browser], cast: Cast) -> Browser:
    """Ada owns the workspace."""
    return browser_of(cast.ada)


@pytest.fixture
def ben(browser_of: Callable[[User], Browser], cast: Cast) -> Browser:
    """Ben builds."""
    return browser_of(cast.ben)


@pytest.fixture
def cleo(browser_of: Callable[[User], Browser], cast: Cast) -> Browser:
    """Cleo only looks."""
    return browser_of(cast.cleo)


@pytest.fixture
def dan(browser_of: Callable[[User], Browser], cast: Cast) -> Browser:
    """Dan is from another workspace."""
    return browser_of(cast.dan)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody without an account."""
    return Browser(app.test_client())
