"""Programs as Agent Builder writes them, in our own words, and who brings them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from tests.cast import Cast, sign_in

PROGRAMS = Path(__file__).parent / "programs"
HERE = "/w/harbour-pine/moving-in"


def program(name: str) -> str:
    """The text of a stored program; they end in .txt so that no tool takes them for ours."""
    return (PROGRAMS / f"{name}.py.txt").read_text("utf-8")


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which this person is signed in; the test of forms as such says so."""
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda person: sign_in(app.test_client(), session, person)


@pytest.fixture
def ben(browser: Callable[[User], FlaskClient], cast: Cast) -> FlaskClient:
    """Ben builds."""
    return browser(cast.ben)
