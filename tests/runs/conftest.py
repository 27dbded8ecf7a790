"""Agents of the harbour that run, and workers that run them."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.agents import creation, drafts
from app.agents.models import Agent
from app.engine.graph import Graph
from app.engine.states import TriggerType
from app.engine.values import Json
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.settings import Settings
from app.vault.keys import Keyring
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.runs.flows import greeting
from tests.runs.house import House, Nursery

MakeAgent = Callable[..., Agent]
StartRun = Callable[..., Run]
OpenBrowser = Callable[[User], Browser]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where workers come from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def house(settings: Settings, nursery: Nursery) -> Iterator[House]:
    """Workers for this test's installation, stopped at its end."""
    with House(settings, nursery) as house:
        yield house


@pytest.fixture
def make_agent(session: Session, cast: Cast) -> MakeAgent:
    """Makes an agent of Ben's with this flow."""

    def make(graph: Graph, name: str = "Greeter") -> Agent:
        with database.writing(session):
            return creation.create(session, cast.harbour, by=cast.ben, name=name, graph=graph)

    return make


@pytest.fixture
def agent(make_agent: MakeAgent) -> Agent:
    """Asks for a name and answers with a greeting."""
    return make_agent(greeting())


@pytest.fixture
def start_run(session: Session, settings: Settings, cast: Cast) -> StartRun:
    """Accepts a run of an agent's draft; nobody is rung for."""

    def start(agent: Agent, payload: dict[str, Json] | None = None, **options: object) -> Run:
        keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
        begin = Start(
            payload=payload or {},
            **{"trigger_type": TriggerType.MANUAL, "by": cast.ben, **options},
        )
        with database.writing(session):
            version = drafts.draft_of(session, agent)
            return starting.start(session, keyring, agent=agent, version=version, begin=begin)

    return start


@pytest.fixture
def browser(app: Flask, session: Session) -> OpenBrowser:
    """A browser in which this person is signed in."""
    return lambda person: Browser(sign_in(app.test_client(), session, person))
