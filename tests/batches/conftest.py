"""Batches of the harbour: agents that are on, rows to run them on, and workers that do."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import database, ports
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.batches import making, rounds, source, work
from app.batches.models import Batch, BatchRow, RowStatus
from app.data_tables.grid import read_view
from app.data_tables.models import DataTable
from app.engine.graph import Graph
from app.engine.states import Reason, RunMode, RunStatus
from app.engine.values import Json
from app.lib import clock
from app.runs.models import Run
from app.settings import Settings
from app.vault.keys import Keyring
from app.versions import publication
from tests.cast import Cast
from tests.data_tables.conftest import OSLO, fill, orders
from tests.runs.conftest import MakeAgent, agent, browser, house, make_agent, nursery, start_run
from tests.runs.flows import greeting

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
Round = Callable[..., int]
End = Callable[..., None]
NAMES = ("Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hal")
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


@pytest.fixture
def go_round(session: Session, settings: Settings) -> Round:
    """Does a round as the timetable would; how many rows began."""

    def go(batch: Batch) -> int:
        keyring = Keyring.of(settings, database.session_factory(session.get_bind()))
        with database.writing(session):
            return rounds.advance(session, keyring, batch.workspace_id, batch.id)

    return go


@pytest.fixture
def end_runs(session: Session) -> End:
    """Ends every open run of a batch in this way, in the order of its rows."""

    def end(
        batch: Batch,
        status: RunStatus = RunStatus.SUCCESS,
        *,
        said: Json = "Hello",
        reason: Reason | None = None,
    ) -> None:
        for row in rows_of(session, batch):
            if row.status is RowStatus.RUNNING:
                with database.writing(session):
                    run = session.get_one(Run, row.run_id)
                    run.status, run.finished_at, run.reason = status, clock.now(), reason
                    run.started_at, run.cost, run.tokens = run.finished_at, 100, 7
                    run.answer = said if status is RunStatus.SUCCESS else None
                    run.error_message = "The service is away." if status is RunStatus.FAILED else ""

    return end


@pytest.fixture
def batch(put_on: PutOn, make_batch: MakeBatch, session: Session) -> Batch:
    """Eight names for the greeter, two at a time."""
    made = make_batch(put_on(greeting()), "Name", *NAMES)
    with database.writing(session):
        made.parallel = 2
    return made


def statuses_of(session: Session, batch: Batch) -> str:
    return "".join(row.status.value[0] for row in rows_of(session, batch))


def of_table(session: Session, cast: Cast, agent: Agent, table: DataTable) -> Batch:
    found = source.of_table(session, read_view(table, MultiDict(), OSLO))
    return making.make(session, lambda: database.writing(session), agent, found, by=cast.ben)
