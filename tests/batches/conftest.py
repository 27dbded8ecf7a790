"""Batches of the harbour: agents that are on, rows to run them on, and workers that do."""

import contextlib
import io
from collections.abc import Callable, Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database, ports
from app.accounts.models import User
from app.agents import drafts, lifecycle
from app.agents.models import Agent
from app.batches import making, preparing, rounds, work
from app.batches.models import Batch, BatchRow, RowStatus
from app.data_tables.models import DataTable
from app.engine.graph import Graph
from app.engine.states import Reason, RunMode, RunStatus
from app.engine.values import Json
from app.files import uploads
from app.files.store import FileStore
from app.handovers.tools import Tools
from app.lib import clock
from app.runs.models import Run
from app.settings import Settings
from app.vault.keys import Keyring
from app.versions import publication
from tests.batches.handed import ask, killed, scored
from tests.cast import Cast, sign_in
from tests.data_tables.conftest import OSLO, fill, orders
from tests.runs.conftest import MakeAgent, agent, browser, house, make_agent, nursery, start_run
from tests.runs.flows import greeting

__all__ = [
    "agent",
    "ask",
    "browser",
    "fill",
    "house",
    "killed",
    "make_agent",
    "nursery",
    "orders",
    "scored",
    "start_run",
]
HERE = "/w/harbour-pine"
NEW = f"{HERE}/agents/greeter/batches"
LEADS = b"Name,City\nMaria,Oslo\nJens,Bergen\n"
Open = Callable[[User], FlaskClient]
Upload = Callable[..., str]
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
def tools(session: Session, settings: Settings) -> Tools:
    """What a worker reads rows with."""
    sessions = database.session_factory(session.get_bind())
    return Tools(sessions, FileStore(settings.data_dir / "files"), contextlib.nullcontext())


@pytest.fixture
def choose(session: Session, cast: Cast, tools: Tools) -> MakeBatch:
    """A batch of Ben's whose rows nobody has read yet: lines of a CSV file, or its bytes."""

    def make(agent: Agent, *lines: str, name: str = "leads.csv", content: bytes = b"") -> Batch:
        kept = uploads.keep(
            session, tools.files, agent.workspace_id, name, content or "\n".join(lines).encode()
        )
        wish = {"file": kept["file"], "size": kept["size"]}
        return making.make(lambda: database.writing(session), agent, wish, name=name, by=cast.ben)

    return make


@pytest.fixture
def make_batch(session: Session, choose: MakeBatch, tools: Tools) -> MakeBatch:
    """Sets up a batch of Ben's: lines of a CSV file, its first one the header."""

    def make(agent: Agent, *lines: str, name: str = "leads.csv") -> Batch:
        return prepared(session, tools, choose(agent, *lines, name=name))

    return make


def prepared(session: Session, tools: Tools, batch: Batch) -> Batch:
    """The batch, after a worker has read its rows."""
    preparing.prepare(tools, batch.workspace_id, batch.id)
    return again(session, batch)


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


def of_table(
    session: Session, cast: Cast, tools: Tools, agent: Agent, table: DataTable, **look: object
) -> Batch:
    wish = {"look": look, "zone": str(OSLO)}
    batch = making.make(
        lambda: database.writing(session),
        agent,
        wish,
        name=table.name,
        by=cast.ben,
        table_id=table.id,
    )
    return prepared(session, tools, batch)


@pytest.fixture
def visitor(app: object, session: Session) -> Open:
    """A browser in which this person is signed in."""
    app.config["WTF_CSRF_ENABLED"] = False  # type: ignore[attr-defined]  # a Flask app
    return lambda person: sign_in(app.test_client(), session, person)  # type: ignore[attr-defined]


@pytest.fixture
def greeter(put_on: PutOn) -> Agent:
    """Asks for a name."""
    return put_on(greeting())


@pytest.fixture
def upload(session: Session, tools: Tools) -> Upload:
    """Sends a file and shows the page after a worker has read it."""

    def sent_and_read(client: FlaskClient, content: bytes, name: str = "leads.csv") -> str:
        sent = send(client, content, name)
        assert "Reading the rows" in sent.text
        prepared(session, tools, only(session))
        return client.get(sent.request.path).text

    return sent_and_read


def send(client: FlaskClient, content: bytes, name: str = "leads.csv") -> TestResponse:
    """Sends a file for the greeter."""
    return client.post(
        NEW,
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def only(session: Session) -> Batch:
    """The only batch there is, read again."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Batch)).one()
