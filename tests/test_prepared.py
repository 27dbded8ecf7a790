"""Statements of the hot paths give the same on both databases, whichever way they are said."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, delete, inspect, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app import database
from app.engine.states import RunMode, RunStatus
from app.lib import ids
from app.prepared import Columns, Prepared, among, among_values, as_read, inserting, places_for
from app.runs.models import Run
from app.workspaces.models import Workspace
from tests.cast import Cast
from tests.databases import on_both

PLAN_LIMIT = 7
by_slug = Prepared(
    lambda _dialect: select(Workspace.id, Workspace.name, Workspace.created_at).where(
        Workspace.slug == bindparam("slug")
    )
)
rename = Prepared(
    lambda _dialect: (
        update(Workspace)
        .where(Workspace.slug == bindparam("its_slug"))
        .values(name=bindparam("new_name"), max_parallel=PLAN_LIMIT)
        .returning(Workspace.name, Workspace.max_parallel)
    )
)
forget = Prepared(lambda _dialect: delete(Workspace).where(Workspace.slug == bindparam("its_slug")))


@on_both
def test_rows_come_as_the_models_types(session: Session, cast: Cast) -> None:
    row = by_slug.row(session.connection(), {"slug": cast.harbour.slug})
    assert (row.id, row.name) == (cast.harbour.id, cast.harbour.name)
    assert isinstance(row.id, uuid.UUID)
    assert isinstance(row.created_at, datetime)
    assert row.created_at.tzinfo is UTC


@on_both
def test_a_row_is_as_one_that_the_session_has_read(session: Session, cast: Cast) -> None:
    columns = Columns(Workspace)
    whole = Prepared(lambda _dialect: select(*columns.labelled).where(Workspace.slug == "dans"))
    with database.writing(session):
        session.add(Workspace(name="Dan's", slug="dans", owner_id=cast.dan.id))
    session.expunge_all()
    row = dict(zip(columns.names, whole.row(session.connection(), {}), strict=True))
    known = as_read(session, Workspace, row)
    assert inspect(known).persistent
    assert not session.is_modified(known)
    assert as_read(session, Workspace, row | {"name": "Another"}) is known
    with database.writing(session):
        known.name = "Dan's pier"
    session.expunge_all()
    assert session.scalars(select(Workspace.name).where(Workspace.slug == "dans")).one() == (
        "Dan's pier"
    )


@on_both
def test_none_there_is_none(session: Session, cast: Cast) -> None:
    assert by_slug.row(session.connection(), {"slug": "nowhere"}) is None


@on_both
def test_constants_of_the_statement_are_said_too(session: Session, cast: Cast) -> None:
    given = {"its_slug": cast.harbour.slug, "new_name": "Pier"}
    with database.writing(session):
        row = rename.row(session.connection(), given)
    assert tuple(row) == ("Pier", PLAN_LIMIT)


@on_both
@pytest.mark.parametrize("others", [0, 1, 2, 4])
def test_one_of_several(session: Session, cast: Cast, others: int) -> None:
    wanted = [ids.new_id() for _ in range(others)] + [cast.harbour.id]
    places = places_for(len(wanted))
    found = Prepared(lambda _dialect: select(Workspace.slug).where(among(Workspace.id, places)))
    rows = found.rows(session.connection(), among_values(wanted))
    assert [row.slug for row in rows] == [cast.harbour.slug]


@on_both
def test_what_is_refused_is_an_error_of_the_database(session: Session, cast: Cast) -> None:
    twice = Prepared(
        lambda dialect: inserting(Workspace, dialect),
        columns=("id", "name", "slug", "owner_id"),
    )
    row = {"name": "Other", "slug": cast.harbour.slug, "owner_id": cast.ada.id}
    with pytest.raises(IntegrityError), database.writing(session):
        twice.run(session.connection(), {"id": ids.new_id(), **row})


@on_both
def test_columns_that_are_not_named_get_their_defaults(session: Session, cast: Cast) -> None:
    insert = Prepared(
        lambda dialect: inserting(Workspace, dialect), columns=("name", "slug", "owner_id")
    )
    rows = [
        {"name": name, "slug": name.lower(), "owner_id": cast.ada.id} for name in ("Pier", "Quay")
    ]
    with database.writing(session):
        insert.run(session.connection(), *rows)
    made = session.scalars(select(Workspace).where(Workspace.slug.in_(["pier", "quay"]))).all()
    assert len({one.id for one in made}) == 2
    assert {one.plan for one in made} == {cast.harbour.plan}


@on_both
def test_nothing_to_run_runs_nothing(session: Session, cast: Cast) -> None:
    forget.run(session.connection())
    assert by_slug.row(session.connection(), {"slug": cast.harbour.slug}) is not None


@on_both
def test_a_reading_transaction_stays_one(session: Session, cast: Cast) -> None:
    with pytest.raises(DBAPIError):
        forget.run(session.connection(), {"its_slug": cast.harbour.slug})


def test_states_stand_in_the_statement_so_that_sqlite_plans_it_once(session: Session) -> None:
    live = (RunStatus.PENDING, RunStatus.RUNNING)
    waiting = Prepared(
        lambda _dialect: select(Run.id).where(
            Run.status.in_(live), Run.mode == RunMode.LIVE, Run.agent_id == bindparam("agent")
        )
    )
    dialect = session.get_bind().dialect
    words = " ".join(waiting.words(dialect).split())
    assert "runs.status IN ('pending', 'running') AND runs.mode = 'live'" in words
    assert words.count("?") == 1
    assert waiting.rows(session.connection(), {"agent": ids.new_id()}) == []
