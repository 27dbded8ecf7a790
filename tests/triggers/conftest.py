"""The fixtures of runs, and agents that start by themselves."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database, ports
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.engine.graph import Graph
from app.settings import Settings
from app.triggers.models import Trigger
from app.vault.keys import Keyring
from app.versions import publication
from tests.cast import Cast
from tests.runs.conftest import MakeAgent, agent, browser, house, make_agent, nursery, start_run

__all__ = [
    "agent",
    "browser",
    "house",
    "make_agent",
    "nursery",
    "start_run",
    "triggers_of",
]

Publish = Callable[..., Agent]
SwitchOn = Callable[..., Agent]


@pytest.fixture(autouse=True)
def _filled_ports() -> None:
    """Triggers follow what happens to agents, as in the app."""
    ports.fill()


@pytest.fixture
def keyring(settings: Settings, engine: Engine) -> Keyring:
    """Seals what a run gets."""
    return Keyring.of(settings, database.session_factory(engine))


@pytest.fixture
def publish(session: Session, cast: Cast) -> Publish:
    """Publishes an agent's draft, which can be replaced first."""

    def now(agent: Agent, graph: Graph | None = None) -> Agent:
        with database.writing(session):
            revision = drafts.draft_of(session, agent).flow_graph.revision
            if graph is not None:
                changed = drafts.change(
                    session,
                    agent,
                    by=cast.ben,
                    expected_revision=revision,
                    command=lambda _graph: graph,
                )
                revision = changed.revision
            publication.publish(session, agent, by=cast.ben, expected_revision=revision)
        return agent

    return now


@pytest.fixture
def switched_on(session: Session, cast: Cast, make_agent: MakeAgent, publish: Publish) -> SwitchOn:
    """Makes an agent of this flow, published and on."""

    def make(graph: Graph, name: str = "Greeter") -> Agent:
        agent = publish(make_agent(graph, name))
        with database.writing(session):
            lifecycle.switch_on(session, agent, by=cast.ben)
        return agent

    return make


def triggers_of(session: Session, agent: Agent) -> Sequence[Trigger]:
    """The triggers of the agent as they are now."""
    session.rollback()
    return session.scalars(
        select(Trigger).where(Trigger.agent_id == agent.id).order_by(Trigger.id)
    ).all()
