"""The fixtures of runs, for trials."""

import pytest
from sqlalchemy.orm import Session

from app import database
from app.settings import Settings
from app.vault.keys import Keyring
from tests.runs.conftest import agent, browser, house, make_agent, nursery, start_run

__all__ = ["agent", "browser", "house", "make_agent", "nursery", "start_run"]


@pytest.fixture
def keyring(settings: Settings, session: Session) -> Keyring:
    """The keyring of this installation."""
    return Keyring.of(settings, database.session_factory(session.get_bind()))
