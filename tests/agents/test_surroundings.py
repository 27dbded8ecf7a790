"""What a step can choose from is what its workspace has."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import database
from app.agents import creation, lifecycle, ports
from app.agents.models import Agent
from app.agents.references import callers_of
from app.agents.surroundings import known_to, problems_of
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.versions import publication
from tests.agents.flows import greeting
from tests.agents.pages import AGENTS, post, words
from tests.cast import Cast, sign_in
from tests.databases import on_both


def calling(agent: Agent) -> Graph:
    """A flow with a step that runs this agent."""
    graph = greeting()
    graph, step = edit.add_step(graph, CATALOGUE["run_agent"], after=graph.order[0].id)
    return edit.set_fields(graph, step.id, {**step.fields, "agent": str(agent.id)})


def published(session: Session, cast: Cast, name: str) -> Agent:
    """A published agent of the harbour."""
    with database.writing(session):
        agent = creation.create(session, cast.harbour, by=cast.ben, name=name, graph=greeting())
        publication.publish(session, agent, by=cast.ben, expected_revision=1, note="")
    return agent


@on_both
def test_published_agents_can_be_called(session: Session, cast: Cast) -> None:
    sorter = published(session, cast, "Sorter")
    with database.writing(session):
        creation.create(session, cast.harbour, by=cast.ben, name="Draft", graph=greeting())
        creation.create(session, cast.elsewhere, by=cast.dan, name="Theirs", graph=greeting())
        desk = creation.create(
            session, cast.harbour, by=cast.ben, name="Desk", graph=calling(sorter)
        )
    assert known_to(session, desk).choices["agents"] == {str(sorter.id): "Sorter"}
    assert known_to(session, sorter).choices["agents"] == {}
    assert [one.text for one in problems_of(session, desk, calling(sorter))] == []
    assert [one.name for one in callers_of(session, sorter)] == ["Desk"]


def test_an_agent_that_was_put_away_is_told(session: Session, cast: Cast) -> None:
    sorter = published(session, cast, "Sorter")
    with database.writing(session):
        desk = creation.create(
            session, cast.harbour, by=cast.ben, name="Desk", graph=calling(sorter)
        )
        lifecycle.archive(session, sorter, by=cast.ben)
    (problem,) = problems_of(session, desk, calling(sorter))
    assert problem.text.startswith("“Agent” is not published, or was put away")
    assert problem.field == "agent"


@pytest.fixture
def letterboxes() -> Iterator[None]:
    """A room above the agents' that has something to choose from."""
    ports.choices["letterboxes"] = lambda _session, workspace_id: {str(workspace_id): "Front"}
    yield
    del ports.choices["letterboxes"]


@pytest.mark.usefixtures("letterboxes")
def test_a_higher_room_adds_what_it_has(session: Session, cast: Cast, agent: Agent) -> None:
    assert known_to(session, agent).choices["letterboxes"] == {str(cast.harbour.id): "Front"}
    assert uuid.UUID(next(iter(known_to(session, agent).choices["letterboxes"])))


def test_putting_an_agent_away_names_those_that_call_it(
    session: Session, cast: Cast, app: Flask
) -> None:
    sorter = published(session, cast, "Sorter")
    with database.writing(session):
        creation.create(session, cast.harbour, by=cast.ben, name="Desk", graph=calling(sorter))
    ben = sign_in(app.test_client(), session, cast.ben)
    page = f"{AGENTS}/sorter"
    assert "Named in steps of Desk" in words(ben.get(page))
    assert "name it and will fail: Desk." in ben.get(page).text
    answer = post(ben, page, f"{page}/archival")
    assert "Steps in “Desk” still name it" in words(ben.get(answer.location))
