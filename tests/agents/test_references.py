"""Who uses a connection is a question to the database."""

import uuid

from sqlalchemy.orm import Session

from app import database
from app.agents import creation, drafts, surroundings
from app.agents.models import Agent, ReferenceKind
from app.agents.references import users_of
from app.engine import edit
from app.lib.ids import new_id
from app.vault.models import Connection
from tests.agents.flows import greeting, named, with_connection
from tests.cast import Cast
from tests.databases import on_both


def _using(session: Session, cast: Cast, connection_id: uuid.UUID) -> list[str]:
    session.rollback()
    found = users_of(
        session, cast.harbour.id, kind=ReferenceKind.CONNECTION, target_id=connection_id
    )
    return [agent.name for agent in found]


@on_both
def test_the_draft_and_the_active_version_count(session: Session, cast: Cast) -> None:
    with database.writing(session):
        shop = Connection(workspace_id=cast.harbour.id, name="Shop")
        session.add(shop)
        session.flush()
        graph = with_connection(greeting(), str(shop.id))
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Desk", graph=graph)
    assert _using(session, cast, shop.id) == ["Desk"]
    with database.writing(session):
        drafts.draft_of(session, agent).flow_graph.freeze()
        drafts.change(
            session,
            agent,
            by=cast.ben,
            expected_revision=1,
            command=lambda now: edit.remove_step(now, named(now, "Look up").id),
        )
    assert _using(session, cast, shop.id) == [], "neither the draft nor a version uses it now"


def test_an_agent_of_another_workspace_never_shows(
    session: Session, cast: Cast, agent: Agent
) -> None:
    connection_id = new_id()
    graph = with_connection(greeting(), str(connection_id))
    with database.writing(session):
        creation.create(session, cast.elsewhere, by=cast.dan, name="Spy", graph=graph)
    assert _using(session, cast, connection_id) == []


def test_a_connection_of_another_workspace_is_a_problem(session: Session, cast: Cast) -> None:
    with database.writing(session):
        theirs = Connection(workspace_id=cast.elsewhere.id, name="Theirs")
        session.add(theirs)
        session.flush()
        graph = with_connection(greeting(), str(theirs.id))
        agent = creation.create(session, cast.harbour, by=cast.ben, name="Desk", graph=graph)
    errors = surroundings.problems_of(session, agent, graph)
    assert [problem.field for problem in errors] == ["connection"]
