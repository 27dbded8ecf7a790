"""Reads cannot write, writes wait for their turn, and a failed write leaves nothing."""

import re
import threading
import time
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from tests.databases import on_both
from tests.statements import said_to


@on_both
def test_a_read_cannot_write(session: Session) -> None:
    session.add(User(email="ada@harbour.example", name="Ada"))
    with pytest.raises(DBAPIError):
        session.flush()


@on_both
def test_a_failed_write_leaves_nothing(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), database.writing(session):  # noqa: PT012  # the block is the subject
        session.add(User(email="ada@harbour.example", name="Ada"))
        session.flush()
        raise ZeroDivisionError
    assert session.scalar(select(func.count()).select_from(User)) == 0


@on_both
def test_a_read_after_a_write_is_a_read_again(session: Session) -> None:
    with database.writing(session):
        session.add(User(email="ada@harbour.example", name="Ada"))
    assert session.scalar(select(User.name)) == "Ada"
    session.add(User(email="ben@harbour.example", name="Ben"))
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_connection_that_reads_again_is_not_told_so_again(session: Session) -> None:
    session.scalar(select(User.name))
    said: list[str] = []
    driver: Any = session.connection().connection.driver_connection
    driver.set_trace_callback(said.append)
    for _ in range(3):
        session.rollback()
        session.scalar(select(User.name))
    assert [one for one in said if one.startswith("PRAGMA")] == []


def test_a_worker_changes_between_reading_and_writing_without_a_word(database_url: str) -> None:
    engine = database.make_engine(database_url, guards_reads=False)
    with said_to(engine, re.compile("PRAGMA query_only")) as said, Session(engine) as session:
        for number in range(3):
            with database.writing(session):
                session.add(User(email=f"{number}@harbour.example", name="Somebody"))
            assert session.scalar(select(func.count()).select_from(User)) == number + 1
    assert len(said) == 1
    engine.dispose()


def test_a_write_of_a_worker_that_only_reads_is_lost(database_url: str) -> None:
    engine = database.make_engine(database_url, guards_reads=False)
    with Session(engine) as session:
        session.add(User(email="ada@harbour.example", name="Ada"))
        session.flush()
    with Session(engine) as session, database.writing(session):
        assert session.scalar(select(func.count()).select_from(User)) == 0
    engine.dispose()


@on_both
def test_writers_take_turns(engine: Engine) -> None:
    new_session = database.session_factory(engine)

    def write(number: int) -> None:
        with new_session() as session:
            for turn in range(10):
                with database.writing(session):
                    session.add(User(email=f"{number}.{turn}@harbour.example", name="Somebody"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with new_session() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 40


def test_a_writer_that_refuses_to_wait_fails_at_once_and_only_then(engine: Engine) -> None:
    with engine.connect() as connection, Session(engine) as other:
        database.refuse_to_wait(connection)
        mine = Session(connection)
        is_refused = pytest.raises(OperationalError, match="locked")
        with database.writing(other), is_refused, database.writing(mine):
            pass
        with database.writing(mine) as session:
            session.add(User(email="ada@harbour.example", name="Ada"))
    with database.writing(Session(engine)) as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == database.BUSY_TIMEOUT_MS


def test_a_writer_waits_no_longer_than_it_may(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    with Session(engine) as one, Session(engine) as other, database.writing(one):
        before = time.monotonic()
        with pytest.raises(OperationalError, match="locked"), database.writing(other):
            pass
        assert time.monotonic() - before >= 0.05
