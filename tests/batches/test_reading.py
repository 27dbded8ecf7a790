"""Rows come in and are looked through by workers: all of them, once, whatever happens."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.batches import making, preparing, reading
from app.batches.models import Batch, BatchRow, BatchStatus
from app.data_tables import tables
from app.data_tables.models import DataTable
from app.engine.states import RunMode
from app.files.models import File
from app.handovers.tools import Tools
from app.lib.office import NewSheet, write_workbook
from tests.batches.conftest import (
    MakeBatch,
    PutOn,
    again,
    of_table,
    prepared,
    rows_of,
    statuses_of,
)
from tests.batches.handed import Killed, Stopped
from tests.cast import Cast
from tests.data_tables.conftest import OSLO, Fill
from tests.databases import on_both
from tests.runs.flows import answer, form, greeting, in_a_row, step
from tests.runs.house import House, until

MANY = 2_500  # rows: more than two portions
LINES = ("Name,Town", *(f"Person {n},Oslo" for n in range(1, MANY + 1)))


@on_both
def test_a_file_comes_in_as_it_is(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools
) -> None:
    batch = choose(put_on(greeting()), *LINES)
    assert (batch.status, batch.total) == (BatchStatus.READING, 0)
    prepared(session, tools, batch)
    assert (batch.status, batch.total, batch.left_out) == (BatchStatus.SETTING_UP, MANY, 0)
    assert [one.name for one in batch.columns] == ["Name", "Town"]
    assert batch.matching == {"name": {"column": 0}}
    found = rows_of(session, batch)
    assert [row.number for row in found] == list(range(1, MANY + 1))
    assert [row.cells for row in found[::1_000]] == [
        ["Person 1", "Oslo"],
        ["Person 1001", "Oslo"],
        ["Person 2001", "Oslo"],
    ]
    assert session.scalars(select(File)).all() == []


def test_workbooks_and_other_alphabets_come_in(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools
) -> None:
    agent = put_on(greeting())
    rows: list[Any] = [{"Name": f"Åse {n}", "Points": n} for n in range(1_200)]
    book = write_workbook(NewSheet(rows=iter(rows), columns=["Name", "Points"], zone=OSLO))
    made = prepared(session, tools, choose(agent, name="people.xlsx", content=book))
    assert (made.total, rows_of(session, made)[1_199].cells) == (1_200, ["Åse 1199", 1199])
    text = "Name;Town\nÅse;Bodø\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        made = prepared(session, tools, choose(agent, content=text.encode(encoding)))
        assert [row.cells for row in rows_of(session, made)] == [["Åse", "Bodø"]]


@on_both
@pytest.mark.parametrize("transactions", [1, 2, 3, 4, 5])
def test_a_reader_that_dies_is_followed_by_another(
    session: Session,
    put_on: PutOn,
    choose: MakeBatch,
    tools: Tools,
    killed: Killed,
    transactions: int,
) -> None:
    batch = choose(put_on(greeting()), *LINES)
    with pytest.raises(Stopped):
        preparing.prepare(killed(transactions), batch.workspace_id, batch.id)
    assert again(session, batch).status is BatchStatus.READING
    prepared(session, tools, batch)
    assert [row.number for row in rows_of(session, batch)] == list(range(1, MANY + 1))
    assert (batch.status, batch.total) == (BatchStatus.SETTING_UP, MANY)


def test_of_two_readers_one_leaves_it_to_the_other(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools
) -> None:
    batch = choose(put_on(greeting()), *LINES)

    class Meanwhile:
        """Another worker reads all of it before this one writes its second portion."""

        left = 4

        def __enter__(self) -> None:
            self.left -= 1
            if not self.left:
                preparing.prepare(tools, batch.workspace_id, batch.id)

        def __exit__(self, *_error: object) -> None:
            pass

    key = (batch.workspace_id, batch.id)
    preparing.prepare(replace(tools, turn=Meanwhile()), *key)
    assert [row.number for row in rows_of(session, batch)] == list(range(1, MANY + 1))
    assert again(session, batch).total == MANY


def test_what_kills_its_readers_is_given_up(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools, killed: Killed
) -> None:
    batch = choose(put_on(greeting()), *LINES)
    for _ in range(preparing.MAX_TRIES):
        with pytest.raises(Stopped):
            preparing.prepare(killed(3), batch.workspace_id, batch.id)
    prepared(session, tools, batch)
    assert (batch.status, rows_of(session, batch)) == (BatchStatus.UNREAD, [])
    assert batch.problem.startswith("Reading was cut off 3 times")


def test_a_file_that_is_gone_has_its_sentence(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools
) -> None:
    batch = choose(put_on(greeting()), *LINES)
    tools.files.delete(session.scalars(select(File.id)).one())
    prepared(session, tools, batch)
    assert (batch.status, batch.problem) == (BatchStatus.UNREAD, reading.FILE_GONE)


@on_both
def test_a_table_is_read_in_its_order(
    session: Session, cast: Cast, put_on: PutOn, orders: DataTable, fill: Fill, tools: Tools
) -> None:
    fill(*({"customer": f"Person {n}", "price": n % 7} for n in range(1_100)))
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    look = {"sort": "-price", "column": ["price"], "operator": ["more_than"], "value": ["1"]}
    batch = of_table(session, cast, tools, agent, orders, **look)
    prices = [row.cells[1] for row in rows_of(session, batch)]
    assert prices == sorted((n % 7 for n in range(1_100) if n % 7 > 1), reverse=True)
    assert len({row.source_row_id for row in rows_of(session, batch)}) == len(prices)


def test_a_table_that_changed_meanwhile_is_not_read_wrongly(
    session: Session, cast: Cast, put_on: PutOn, orders: DataTable, fill: Fill, tools: Tools
) -> None:
    fill({"customer": "Maria"})
    agent = put_on(in_a_row(form("customer"), answer("{{ trigger.customer }}")))
    look = {"column": ["gone"], "operator": ["is"], "value": ["x"]}
    batch = of_table(session, cast, tools, agent, orders, **look)
    assert batch.status is BatchStatus.UNREAD
    assert "columns of this table were changed meanwhile" in batch.problem
    with database.writing(session):
        tables.delete(session, tables.locked(session, orders), by=cast.ben.id)
    batch = of_table(session, cast, tools, agent, orders)
    assert (batch.status, batch.problem) == (BatchStatus.UNREAD, reading.TABLE_GONE)


def _two_questions() -> Any:
    asked = [
        {"key": "name", "label": "Name", "kind": "text", "required": True},
        {"key": "points", "label": "Points", "kind": "number", "required": False},
    ]
    return in_a_row(step("start", "start_form", {"inputs": asked}), answer("{{ trigger.name }}"))


@on_both
def test_many_rows_are_looked_through_by_a_worker_which_then_begins(
    session: Session, cast: Cast, put_on: PutOn, make_batch: MakeBatch, tools: Tools
) -> None:
    lines = ("Name,Points", *(f"Person {n},{'many' if n % 10 == 0 else n}" for n in range(MANY)))
    batch = make_batch(put_on(_two_questions()), *lines)
    assert batch.left_out == MANY // 10
    then = {"mode": RunMode.LIVE.value, "first": 0, "by": str(cast.olga.id)}
    writing = lambda: database.writing(session)  # noqa: E731  # as a request has it
    is_known = making.match(session, writing, batch, {"name": {"column": 0}}, then=then)
    assert (is_known, again(session, batch).status) == (False, BatchStatus.CHECKING)
    prepared(session, tools, batch)
    assert (batch.status, batch.left_out, batch.run_by) == (BatchStatus.RUNNING, 0, cast.olga.id)
    assert set(statuses_of(session, batch)) == {"w"}


def test_a_check_that_was_cut_off_ends_the_same(
    session: Session,
    cast: Cast,
    put_on: PutOn,
    make_batch: MakeBatch,
    tools: Tools,
    killed: Killed,
) -> None:
    lines = ("Name,Points", *(f"Person {n},many" for n in range(MANY)))
    batch = make_batch(put_on(_two_questions()), *lines)
    writing = lambda: database.writing(session)  # noqa: E731  # as a request has it
    then = {"mode": RunMode.LIVE.value, "first": 0, "by": str(cast.cleo.id)}
    making.match(session, writing, batch, {"name": {"column": 1}}, then=then)
    with pytest.raises(Stopped):
        preparing.prepare(killed(3), batch.workspace_id, batch.id)
    prepared(session, tools, batch)
    assert (batch.status, batch.left_out) == (BatchStatus.SETTING_UP, 0)
    assert "may not start runs in this workspace" in batch.problem


@on_both
def test_workers_are_killed_while_they_read(
    session: Session, house: House, put_on: PutOn, choose: MakeBatch
) -> None:
    many = 20_000
    batch = choose(put_on(greeting()), "Name", *(f"Person {n}" for n in range(many)))
    worker = house.open_worker()
    until(lambda: again(session, batch).taken > 0)
    house.kill(worker)
    was_cut = again(session, batch).status is BatchStatus.READING
    house.open_worker()
    until(lambda: not again(session, batch).is_preparing)
    assert (batch.status, batch.total) == (BatchStatus.SETTING_UP, many), was_cut
    numbers = session.scalars(select(BatchRow.number).where(BatchRow.batch_id == batch.id)).all()
    assert sorted(numbers) == list(range(1, many + 1))


def test_nothing_is_left_of_a_batch_that_is_cancelled_on_the_way(
    session: Session, put_on: PutOn, choose: MakeBatch, tools: Tools
) -> None:
    batch = choose(put_on(greeting()), *LINES)
    key = (batch.workspace_id, batch.id)

    class Meanwhile:
        left = 4

        def __enter__(self) -> None:
            self.left -= 1
            if not self.left:
                with database.writing(session):
                    session.delete(session.get_one(Batch, batch.id))

        def __exit__(self, *_error: object) -> None:
            pass

    preparing.prepare(replace(tools, turn=Meanwhile()), *key)
    session.rollback()
    assert session.scalars(select(BatchRow)).all() == []
