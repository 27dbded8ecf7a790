"""The database is locked or the disk is full: nothing accepted is lost, and people are told."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunStatus
from app.extensions import db
from app.runs.models import Run
from app.settings import Settings
from tests.accounts.browser import Browser
from tests.cast import Cast
from tests.runs.conftest import OpenBrowser, StartRun
from tests.runs.house import House, has_ended, until

FORM = "/w/harbour-pine/agents/greeter/runs/new"
START = "/w/harbour-pine/agents/greeter/runs"

pytestmark = pytest.mark.usefixtures("agent")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product that does not wait ten seconds for the lock."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)


@pytest.fixture
def ben(impatient: None, browser: OpenBrowser, cast: Cast) -> Browser:
    """Ben, who may start runs."""
    return browser(cast.ben)


@pytest.fixture
def file(settings: Settings) -> Path:
    """The database file."""
    return Path(settings.database_url.removeprefix("sqlite:///"))


@pytest.fixture
def lock(file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else's connection, which is closed at the end."""
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()


def runs(session: Session) -> int:
    """How many runs there are."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(Run)) or 0


def test_a_locked_database_refuses_in_words(
    ben: Browser, session: Session, lock: sqlite3.Connection
) -> None:
    lock.execute("BEGIN IMMEDIATE")
    refused = ben.send(FORM, START, in_name="Ada", mode="live")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert runs(session) == 0

    lock.execute("ROLLBACK")
    assert ben.send(FORM, START, in_name="Ada", mode="live").status_code == 303
    assert runs(session) == 1


def test_a_full_disk_refuses_in_words(ben: Browser, session: Session) -> None:
    def fill(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count=1")  # as small as the file is now

    with ben.client.application.app_context():
        engine = db.engine
    event.listen(engine, "checkout", fill)
    statuses = {ben.send(FORM, START, in_name="a" * 15_000).status_code for _ in range(4)}
    event.remove(engine, "checkout", fill)
    assert 503 in statuses
    accepted = runs(session)

    def empty(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count=1000000")

    event.listen(engine, "checkout", empty)
    assert ben.send(FORM, START, in_name="Ada", mode="live").status_code == 303
    assert runs(session) == accepted + 1


def test_a_worker_waits_for_a_locked_database(
    session: Session, house: House, agent: Agent, start_run: StartRun, lock: sqlite3.Connection
) -> None:
    run = start_run(agent, {"name": "Ada"})
    lock.execute("BEGIN IMMEDIATE")
    house.open_worker()
    assert not has_ended(session, run)
    lock.execute("ROLLBACK")
    until(lambda: has_ended(session, run))
    assert (run.status, run.claim) == (RunStatus.SUCCESS, 1)
