"""The books of agents: each run counted once, whenever it ends, and kept when it is let go."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import database
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus
from app.lib import clock
from app.performance.figures import figures_of, rates_of
from app.performance.keeping import Books, kept_book
from app.runs.models import Run
from tests.cast import Cast
from tests.databases import on_both
from tests.performance.conftest import AddRun


def end(session: Session, run: Run, status: RunStatus = RunStatus.SUCCESS) -> None:
    """The run ends now."""
    with database.writing(session):
        run.status, run.finished_at = status, clock.now()


@on_both
def test_each_run_is_counted_once(
    session: Session, agent: Agent, add_run: AddRun, books: Books
) -> None:
    add_run(cost=30, tokens=100)
    add_run(RunStatus.FAILED, failed_node_id="abcd1234", error_message="No answer.")
    for _ in range(3):
        books.round()
    session.rollback()
    ever = kept_book(session, agent.id).ever
    assert (ever.ok, ever.failed, ever.cost, ever.tokens) == (1, 1, 30, 100)
    assert dict(ever.failed_at) == {"abcd1234": 1}


@on_both
def test_a_run_that_ends_after_later_ones_is_counted_too(
    session: Session, agent: Agent, add_run: AddRun, books: Books
) -> None:
    waiting = add_run(RunStatus.WAITING, ago=timedelta(hours=3))
    add_run()
    books.round()
    session.rollback()
    assert kept_book(session, agent.id).ever.runs == 1
    end(session, waiting)
    books.round()
    books.round()
    session.rollback()
    book = kept_book(session, agent.id)
    assert book.ever.ok == 2
    assert book.open == []


def test_rehearsals_and_tries_are_left_out(
    session: Session, agent: Agent, add_run: AddRun, books: Books
) -> None:
    add_run(mode=RunMode.REHEARSAL)
    add_run(only_node_id="abcd1234")
    books.round()
    session.rollback()
    assert kept_book(session, agent.id).ever.runs == 0


def test_what_has_just_ended_is_shown_before_it_is_kept(
    session: Session, agent: Agent, cast: Cast, add_run: AddRun, books: Books
) -> None:
    add_run()
    books.round()
    add_run(ago=timedelta(seconds=1), took=0.5)
    session.rollback()
    books.round()
    assert kept_book(session, agent.id).ever.runs == 1, "its moment may not be over"
    assert figures_of(session, cast.harbour, agent.id).total.runs == 2


@on_both
def test_figures_asked_again_are_not_those_of_before(
    session: Session, agent: Agent, cast: Cast, add_run: AddRun, books: Books
) -> None:
    waiting = add_run(RunStatus.WAITING, ago=timedelta(hours=3))
    for number in range(1, 4):
        add_run(ago=timedelta(minutes=10 - number), cost=5)
        session.rollback()
        found = figures_of(session, cast.harbour, agent.id)
        assert (found.total.runs, found.ever.runs, found.total.cost) == (number, number, 5 * number)
        assert sum(day.runs for day in found.days) == number
        if number == 2:
            books.round()
    end(session, waiting)
    session.rollback()
    assert figures_of(session, cast.harbour, agent.id).total.runs == 4


def test_figures_outlive_the_runs(
    session: Session, agent: Agent, cast: Cast, add_run: AddRun, books: Books
) -> None:
    open_run = add_run(RunStatus.WAITING)
    add_run(RunStatus.FAILED, failed_node_id="abcd1234", error_message="No answer.")
    books.round()
    session.rollback()
    (failing,) = figures_of(session, cast.harbour, agent.id).failing
    assert failing.sentence == "No answer."
    with database.writing(session):
        session.execute(delete(Run).where(Run.agent_id == agent.id))
    books.round()
    session.rollback()
    found = figures_of(session, cast.harbour, agent.id)
    assert found.total.failed == 1
    assert (found.failing[0].run_id, found.failing[0].sentence) == (None, "")
    assert kept_book(session, agent.id).open == [], open_run.id


@on_both
def test_lists_show_agents_that_ran(
    session: Session, agent: Agent, cast: Cast, add_run: AddRun, books: Books
) -> None:
    assert rates_of(session, cast.harbour, [agent.id]) == {}
    add_run()
    books.round()
    session.rollback()
    assert rates_of(session, cast.harbour, [agent.id])[agent.id].success_rate == 1
    assert rates_of(session, cast.elsewhere, [agent.id]) == {}


@pytest.mark.parametrize("many", [3])
def test_a_long_history_is_read_in_pieces(
    session: Session,
    agent: Agent,
    add_run: AddRun,
    books: Books,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
) -> None:
    monkeypatch.setattr("app.performance.keeping.BATCH", 2)
    for _ in range(2 * many + 1):
        add_run()
    books.round()
    session.rollback()
    assert kept_book(session, agent.id).ever.runs == 2 * many + 1
