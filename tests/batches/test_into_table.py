"""The answers of a batch written into tables, by workers: each row once, whatever happens."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.batch_results import into_table
from app.batches.models import BatchStatus, Why
from app.batches.sentences import sentence
from app.data_tables import shape, tables
from app.data_tables.models import DataRow, DataTable
from app.handovers.models import HandoverStatus
from app.handovers.tools import Tools
from app.workspaces.models import Member
from app.workspaces.roles import Role
from tests.batches.conftest import (
    NAMES,
    End,
    MakeBatch,
    PutOn,
    Round,
    again,
    begin,
    of_table,
)
from tests.batches.handed import (
    MANY,
    Ask,
    Killed,
    Scored,
    Stopped,
    handed_over,
    points_of,
    with_answers,
    written_events,
)
from tests.cast import Cast
from tests.data_tables.conftest import Fill
from tests.databases import on_both
from tests.runs.flows import answer, form, greeting, in_a_row


@on_both
def test_answers_go_back_into_the_table(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
    go_round: Round,
    end_runs: End,
    ask: Ask,
) -> None:
    first, second = fill({"customer": "Maria"}, {"customer": "Jens"})
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = of_table(session, cast, tools, agent, orders)
    begin(session, cast, batch)
    go_round(batch)
    end_runs(batch, said={"Points": 3, "State": "sent", "Why": ["a", "b"]})
    go_round(batch)
    places = into_table.suggested(batch, orders, may_build=True)
    assert places == {"Points": "new", "State": "state", "Why": "new"}
    with database.writing(session):
        session.delete(session.get_one(DataRow, second))
    held = handed_over(session, tools, ask(batch, {"places": places}, orders))
    assert held.sentence == "1 row written into “Orders” and 1 not in the table any more."
    row = session.get_one(DataRow, first)
    assert row.values == {"customer": "Maria", "points": 3, "state": "Sent", "why": '["a", "b"]'}
    assert "sent" in row.folded
    assert [one.name for one in again(session, batch).columns] == [
        one.name for one in orders.columns[:6]
    ]
    assert written_events(session) == [1]


@on_both
def test_answers_make_a_new_table(session: Session, tools: Tools, scored: Scored, ask: Ask) -> None:
    held = handed_over(session, tools, ask(scored(), {"new": "Greeted"}))
    assert (held.status, held.rows, held.share) == (HandoverStatus.DONE, MANY, 100)
    assert held.sentence == "1,200 rows written into “Greeted”."
    assert points_of(session, "Greeted") == list(range(1, MANY + 1))
    made = session.get_one(DataTable, held.table_id)
    assert [(one.name, one.kind.value) for one in made.columns] == [
        ("Name", "text"),
        ("Points", "number"),
    ]


def test_a_column_is_added_once_whoever_goes_on(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
    killed: Killed,
    ask: Ask,
) -> None:
    fill(*({"customer": f"Person {n}"} for n in range(MANY)))
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = of_table(session, cast, tools, agent, orders)
    with_answers(session, batch, lambda number: {"Points": number})
    held = ask(batch, {"places": {"Points": "new"}}, orders)
    with pytest.raises(Stopped):
        handed_over(session, killed(5), held)
    handed_over(session, tools, held)
    assert points_of(session, "Orders") == list(range(1, MANY + 1))
    table = session.get_one(DataTable, orders.id, populate_existing=True)
    assert [one.name for one in table.columns].count("Points") == 1
    revisions = session.scalars(select(DataRow.revision).distinct()).all()
    assert revisions == [2]


def test_what_cannot_go_on_says_why(
    session: Session, cast: Cast, scored: Scored, ask: Ask, tools: Tools
) -> None:
    batch = scored()
    made = handed_over(session, tools, ask(batch, {"new": "Greeted"})).table_id
    held = handed_over(session, tools, ask(batch, {"new": "greeted"}))
    assert (held.status, held.rows) == (HandoverStatus.FAILED, 0)
    assert held.sentence == "Another table has this name. Choose a different one."
    table = session.get_one(DataTable, made)
    held = ask(batch, {"places": {"Points": "points"}}, table)
    with database.writing(session):
        locked = tables.locked(session, table)
        shape.remove_column(session, locked, locked.columns[1], by=cast.ben.id)
    assert handed_over(session, tools, held).sentence == into_table.COLUMN_GONE
    held = ask(batch, {"places": {"Points": "name"}}, table)
    with database.writing(session):
        tables.delete(session, tables.locked(session, table), by=cast.ben.id)
    assert handed_over(session, tools, held).sentence == into_table.TABLE_GONE


def test_who_may_not_change_tables_any_more_is_not_written_for(
    session: Session, cast: Cast, scored: Scored, ask: Ask, tools: Tools
) -> None:
    held = ask(scored(3), {"new": "Greeted"})
    with database.writing(session):
        member = select(Member).where(
            Member.workspace_id == cast.harbour.id, Member.user_id == cast.ben.id
        )
        session.scalars(member).one().role = Role.VIEWER
    handed_over(session, tools, held)
    assert held.sentence.startswith(f"{cast.ben.name} may not change tables in this workspace")
    assert session.scalars(select(DataTable)).all() == []


def test_a_row_that_no_table_can_hold_is_left_out(
    session: Session, put_on: PutOn, make_batch: MakeBatch, ask: Ask, tools: Tools
) -> None:
    batch = make_batch(put_on(greeting()), "Name,Town", "Ana,Oslo", "Bo,Moss")
    long = {1: "x" * 66_000, 2: "short"}
    with_answers(session, batch, lambda number: {"Text": long[number]})
    held = handed_over(session, tools, ask(batch, {"new": "Told"}))
    assert held.sentence == (
        "1 row written into “Told” and 1 row left out, as a table’s row can hold 64 KB."
    )


def test_a_table_that_is_deleted_ends_the_batch(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    orders: DataTable,
    fill: Fill,
    tools: Tools,
    go_round: Round,
    end_runs: End,
) -> None:
    fill(*({"customer": name} for name in NAMES))
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    batch = of_table(session, cast, tools, agent, orders)
    with database.writing(session):
        batch.parallel = 2
    begin(session, cast, batch)
    go_round(batch)
    with database.writing(session):
        tables.delete(session, tables.locked(session, orders), by=cast.ben.id)
    end_runs(batch)
    assert go_round(batch) == 0
    assert (batch.status, batch.why) == (BatchStatus.STOPPED, Why.TABLE_GONE)
    assert sentence(batch).startswith("The table “Orders” was deleted")
