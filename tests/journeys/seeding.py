"""Agents and people put into a house that runs, for journeys that are not about making them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database, ports
from app.accounts.models import User
from app.accounts.passwords import password_hash
from app.agents import creation, drafts, lifecycle
from app.batches.models import Batch, BatchRow, BatchStatus, RowStatus
from app.data_tables import tables
from app.data_tables.columns import Column
from app.engine.graph import Graph
from app.engine.values import Json
from app.versions import publication
from app.workspaces.models import Member, Workspace
from app.workspaces.roles import Role
from tests.journeys.house import House
from tests.journeys.stories import PASSWORD


def put_agent(house: House, name: str, graph: Graph) -> str:
    """A new agent of the first person's, not published yet; returns the path of its page."""
    with _session(house) as session:
        workspace, ada = _workspace(session), _first_person(session)
        with database.writing(session):
            agent = creation.create(session, workspace, by=ada, name=name, graph=graph)
        return f"/w/{workspace.slug}/agents/{agent.slug}"


def put_talker(house: House, name: str, graph: Graph) -> None:
    """An agent of the first person's to talk to: published and on."""
    with _session(house) as session:
        ports.fill()
        workspace, ada = _workspace(session), _first_person(session)
        with database.writing(session):
            agent = creation.create(session, workspace, by=ada, name=name, graph=graph)
            revision = drafts.draft_of(session, agent).flow_graph.revision
            publication.publish(session, agent, by=ada, expected_revision=revision)
            lifecycle.switch_on(session, agent, by=ada)


def put_person(house: House, name: str, role: Role) -> str:
    """Somebody else of the first workspace, with everybody's password; returns their address."""
    email = f"{name.split(maxsplit=1)[0].lower()}@harbour.example"
    with _session(house) as session, database.writing(session):
        person = User(email=email, name=name, password_hash=password_hash(PASSWORD))
        session.add(person)
        session.flush()
        workspace = _workspace(session)
        session.add(Member(workspace_id=workspace.id, user_id=person.id, role=role))
    return email


def put_answers(house: House, batch_id: str, answer: dict[str, Json]) -> None:
    """A batch whose rows have all run, each with this answer."""
    with _session(house) as session, database.writing(session):
        batch = session.get_one(Batch, uuid.UUID(batch_id))
        rows = update(BatchRow).where(BatchRow.batch_id == batch.id)
        session.execute(rows.values(status=RowStatus.DONE, answer=answer))
        batch.status, batch.answer_names = BatchStatus.DONE, list(answer)
        batch.done, batch.left_out = batch.total, 0


def put_table(house: House, name: str, *columns: str) -> str:
    """A new table with columns of text; returns its id as text."""
    with _session(house) as session, database.writing(session):
        made = [Column(one.lower(), one) for one in columns]
        workspace, ada = _workspace(session), _first_person(session)
        table = tables.create(session, workspace.id, by=ada.id, name=name, columns=made)
        return str(table.id)


@contextmanager
def _session(house: House) -> Iterator[Session]:
    engine = database.make_engine(house.database_url)
    try:
        with database.session_factory(engine)() as session:
            yield session
    finally:
        engine.dispose()


def _workspace(session: Session) -> Workspace:
    return session.scalars(select(Workspace).order_by(Workspace.id).limit(1)).one()


def _first_person(session: Session) -> User:
    return session.scalars(select(User).order_by(User.id).limit(1)).one()
