"""Batches of the harbour: agents that are on, rows to run them on, and workers that do."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database, ports
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.batches import making, source, work
from app.batches.models import Batch, BatchRow
from app.engine.graph import Graph
from app.engine.states import RunMode
from app.versions import publication
from tests.cast import Cast
from tests.data_tables.conftest import fill, orders
from tests.runs.conftest import MakeAgent, agent, browser, house, make_agent, nursery, start_run

__all__ = [
    "agent",
    "browser",
    "fill",
    "house",
    "make_agent",
    "nursery",
    "orders",
    "start_run",
]
MakeBatch = Callable[..., Batch]
PutOn = Callable[..., Agent]


@pytest.fixture
def put_on(session: Session, cast: Cast, make_agent: MakeAgent) -> PutOn:
    """Makes an agent of Ben's with this flow, published and on."""
    ports.fill()

    def put(graph: Graph, name: str = "Greeter") -> Agent:
        made = make_agent(graph, name)
        publish(session, cast, made)
        with database.writing(session):
            lifecycle.switch_on(session, made, by=cast.ben)
        return made

    return put


@pytest.fixture
def make_batch(session: Session, cast: Cast) -> MakeBatch:
    """Sets up a batch of Ben's: lines of a CSV file, its first one the header."""

    def make(agent: Agent, *lines: str, name: str = "leads.csv") -> Batch:
        read = source.of_file(name, "\n".join(lines).encode())
        return making.make(session, lambda: database.writing(session), agent, read, by=cast.ben)

    return make


def publish(session: Session, cast: Cast, agent: Agent) -> None:
    """Publish the draft as it is."""
    with database.writing(session):
        revision = drafts.draft_of(session, agent).flow_graph.revision
        publication.publish(session, agent, by=cast.ben, expected_revision=revision)


def begin(session: Session, cast: Cast, batch: Batch, **options: object) -> None:
    """Start it as Ben."""
    with database.writing(session):
        work.begin(session, batch, by=cast.ben, **{"mode": RunMode.LIVE, **options})


def rows_of(session: Session, batch: Batch) -> Sequence[BatchRow]:
    """Its rows in order, read again."""
    session.rollback()
    session.expire_all()
    query = select(BatchRow).where(BatchRow.batch_id == batch.id).order_by(BatchRow.number)
    return session.scalars(query).all()


def again(session: Session, batch: Batch) -> Batch:
    """The batch, read again."""
    session.rollback()
    session.refresh(batch)
    return batch
