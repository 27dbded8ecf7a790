"""Agents put into a house that runs, for journeys that are not about building them."""

from sqlalchemy import select

from app import database
from app.accounts.models import User
from app.agents import creation
from app.engine.graph import Graph
from app.workspaces.models import Workspace
from tests.journeys.house import House


def put_agent(house: House, name: str, graph: Graph) -> str:
    """A new agent of the first person's, not published yet; returns the path of its page."""
    engine = database.make_engine(house.database_url)
    try:
        with database.session_factory(engine)() as session:
            workspace = session.scalars(select(Workspace).order_by(Workspace.id)).first()
            ada = session.scalars(select(User).order_by(User.id)).first()
            assert workspace is not None
            assert ada is not None
            with database.writing(session):
                agent = creation.create(session, workspace, by=ada, name=name, graph=graph)
            return f"/w/{workspace.slug}/agents/{agent.slug}"
    finally:
        engine.dispose()
