"""Fixtures: an agent in the harbour, its draft, and browsers of the people who come to it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.graph import Graph
from tests.agents.flows import greeting
from tests.cast import Cast, sign_in


@pytest.fixture
def agent(session: Session, cast: Cast) -> Agent:
    """Ben's agent: it asks for a name and answers with a greeting."""
    with database.writing(session):
        return creation.create(
            session,
            cast.harbour,
            by=cast.ben,
            name="Greeter",
            description="Says hello.",
            graph=greeting(),
        )


@pytest.fixture
def draft_graph(session: Session, agent: Agent) -> Callable[[], Graph]:
    """Reads the draft's graph as it is now."""

    def read() -> Graph:
        session.rollback()
        return drafts.draft_of(session, agent).flow_graph.graph

    return read


@pytest.fixture
def revision(session: Session, agent: Agent) -> Callable[[], int]:
    """Reads the draft's revision as it is now."""

    def read() -> int:
        session.rollback()
        return drafts.draft_of(session, agent).flow_graph.revision

    return read


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which this person is signed in."""
    return lambda person: sign_in(app.test_client(), session, person)


@pytest.fixture
def ben(browser: Callable[[User], FlaskClient], cast: Cast, agent: Agent) -> FlaskClient:
    """Ben's browser; his agent is there."""
    return browser(cast.ben)
