"""The room's fixtures: an agent that is there, and Ben who changes and publishes it."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app import database
from app.agents import drafts
from app.agents.drafts import Command
from app.agents.models import Agent, AgentVersion
from app.engine import edit
from app.versions import publication
from tests.agents.greeter import agent, ben, browser, draft_graph, revision
from tests.cast import Cast

__all__ = ["agent", "ben", "browser", "draft_graph", "revision"]

Publish = Callable[..., AgentVersion]
Change = Callable[[Command], None]


@pytest.fixture
def publish(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> Publish:
    """Ben publishes the draft as it is now."""

    def act(**values: object) -> AgentVersion:
        now = revision()
        with database.writing(session):
            return publication.publish(
                session,
                agent,
                by=cast.ben,
                expected_revision=now,
                **values,  # type: ignore[arg-type]
            )

    return act


@pytest.fixture
def change(session: Session, agent: Agent, cast: Cast, revision: Callable[[], int]) -> Change:
    """Ben changes the draft."""

    def act(command: Command) -> None:
        now = revision()
        with database.writing(session):
            drafts.change(session, agent, by=cast.ben, expected_revision=now, command=command)

    return act


def rename(name: str) -> Command:
    """Give the second step another name."""
    return lambda graph: edit.rename_step(graph, graph.order[1].id, name)
