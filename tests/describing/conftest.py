"""The fixtures of chats, and the agents that build others."""

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.describing import built_in
from tests.cast import Cast
from tests.runs.conftest import agent, browser, house, make_agent, nursery, start_run
from tests.triggers.conftest import _filled_ports, keyring, publish, switched_on

__all__ = [
    "_filled_ports",
    "agent",
    "browser",
    "house",
    "keyring",
    "make_agent",
    "nursery",
    "publish",
    "start_run",
    "switched_on",
]


@pytest.fixture
def builder(session: Session, cast: Cast) -> Agent:
    """“Build with me” of the harbour."""
    with database.writing(session):
        return built_in.ensure(session, cast.harbour)
