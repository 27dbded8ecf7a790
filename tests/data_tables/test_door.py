"""The tables as steps reach them: typed, once only, and with sentences when something is wrong."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.data_tables import tables
from app.data_tables.door import TableDoor
from app.data_tables.models import DataRow, DataTable
from app.engine.errors import StepFailed
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import ids
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, Fill
from tests.databases import on_both

ALL: dict[str, Json] = {"match": "all", "rows": []}


def where(column: str, operator: str, value: Json) -> dict[str, Json]:
    """One condition."""
    row: Json = {"value": column, "operator": operator, "value2": value}
    return {"match": "all", "rows": [row]}


@on_both
def test_rows_are_added_and_found(door: TableDoor, orders: DataTable) -> None:
    table = str(orders.id)
    added = door.add(table, [{"Customer": "Bob", "price": "12,5"}, {"customer": "Åse"}], key="")
    assert [row["customer"] for row in added] == ["Bob", "Åse"]
    assert set(added[0]) == {"id", "customer", "price", "paid", "due", "seen", "state"}
    assert door.find(table, where("Price", "more_than", 12), sort="", limit=10) == [added[0]]
    assert door.find(table, ALL, sort="-customer", limit=1) == [added[0]]
    assert door.find(table, ALL, sort="customer", limit=9) == [added[1], added[0]]


@on_both
def test_what_is_repeated_happens_once(
    door: TableDoor, session: Session, orders: DataTable
) -> None:
    table = str(orders.id)
    first = door.add(table, [{"customer": "Bob"}, {"customer": "Åse"}], key="run:step:")
    again = door.add(table, [{"customer": "Bob"}, {"customer": "Åse"}], key="run:step:")
    assert again == first
    assert door.add(table, [{"customer": "Bob"}], key="run:step:1") != first[:1]
    made, is_new = door.put(table, "price", {"price": 5, "paid": "no"}, key="run:put:")
    door.change(table, str(made["id"]), {"price": 6})  # somebody was quick
    repeated, _ = door.put(table, "price", {"price": 5}, key="run:put:")
    assert (is_new, repeated["id"]) == (True, made["id"])
    assert door.remove(table, str(made["id"])) is True
    assert door.remove(table, str(made["id"])) is False
    session.refresh(orders)
    assert orders.row_count == 3


@on_both
def test_a_row_is_changed_or_added_by_a_column(door: TableDoor, orders: DataTable) -> None:
    table = str(orders.id)
    made, is_new = door.put(table, "Customer", {"customer": "Bob", "price": 1}, key="a")
    assert is_new
    same, is_new = door.put(table, "customer", {"customer": "Bob", "paid": True}, key="b")
    assert (is_new, same["id"], same["price"], same["paid"]) == (False, made["id"], 1, True)
    _, is_new = door.put(table, "customer", {"customer": "bob"}, key="c")
    assert is_new, "another spelling is another value"
    with pytest.raises(StepFailed, match="“Customer” is empty, so there is no telling"):
        door.put(table, "customer", {"price": 1}, key="d")


@on_both
def test_many_at_once_make_one_row(door: TableDoor, session: Session, orders: DataTable) -> None:
    def put(number: int) -> bool:
        return door.put(str(orders.id), "customer", {"customer": "Bob"}, key=f"run{number}")[1]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(put, range(12))) == [False] * 11 + [True]
    session.rollback()
    assert len(session.scalars(select(DataRow.id)).all()) == 1


@on_both
def test_the_zone_of_the_workspace_counts(
    door: TableDoor, session: Session, cast: Cast, orders: DataTable
) -> None:
    with database.writing(session):
        cast.harbour.timezone = "Europe/Oslo"
    (row,) = door.add(str(orders.id), [{"seen": "2026-07-01 12:00"}], key="")
    assert row["seen"] == "2026-07-01T10:00:00+00:00"


def test_what_is_wrong_is_said(door: TableDoor, fill: Fill, orders: DataTable) -> None:
    (row_id,) = fill({"customer": "Bob"})
    table, row = str(orders.id), str(row_id)
    wrong = [
        (
            lambda: door.add(table, [{"Colour": 1}], key=""),
            "There is no column “Colour”. The table",
        ),
        (lambda: door.add(table, [{}, {"price": "x"}], key=""), "Row 2: “x” in “Price” is not a"),
        (lambda: door.change(table, row, {"state": "Lost"}), "not one of its choices"),
        (lambda: door.change(table, "7", {}), "This is not the id of a row."),
        (lambda: door.change(table, str(uuid.uuid4()), {}), "There is no such row in “Orders”."),
        (
            lambda: door.find(table, where("Colour", "is", 1), sort="", limit=1),
            "no column “Colour”",
        ),
        (lambda: door.find(table, where("due", "is", "soon"), sort="", limit=1), "is not a date"),
        (lambda: door.find(table, where("due", "near", 1), sort="", limit=1), "not known here"),
        (lambda: door.find(table, ALL, sort="Colour", limit=1), "no column “Colour”"),
        (lambda: door.add(table, [{}] * 1_001, key=""), "can add 1,000 at once"),
        (lambda: door.find("x", ALL, sort="", limit=1), "was deleted"),
        (lambda: door.find(str(ids.new_id()), ALL, sort="", limit=1), "was deleted"),
    ]
    for call, words in wrong:
        with pytest.raises(StepFailed, match=words) as failed:
            call()
        assert not failed.value.can_retry
    assert door.find(table, ALL, sort="", limit=9)[0]["customer"] == "Bob"


def test_tables_of_others_are_closed(door: TableDoor, session: Session, cast: Cast) -> None:
    with database.writing(session):
        theirs = tables.create(
            session, cast.elsewhere.id, by=cast.dan.id, name="Theirs", columns=COLUMNS
        )
    with pytest.raises(StepFailed, match="was deleted"):
        door.add(str(theirs.id), [{"customer": "Bob"}], key="")


def test_no_row_changes_in_a_rehearsal_also_when_a_step_forgets_to_ask(
    engine: Engine, session: Session, cast: Cast, door: TableDoor, orders: DataTable
) -> None:
    table = str(orders.id)
    row = str(door.add(table, [{"customer": "Bob"}], key="")[0]["id"])
    rehearsing = TableDoor(
        database.session_factory(engine),
        workspace_id=cast.harbour.id,
        run_id=ids.new_id(),
        mode=RunMode.REHEARSAL,
    )
    writes = [
        lambda: rehearsing.add(table, [{"customer": "Eve"}], key=""),
        lambda: rehearsing.change(table, row, {"customer": "Eve"}),
        lambda: rehearsing.put(table, "customer", {"customer": "Bob", "price": 1}, key=""),
        lambda: rehearsing.remove(table, row),
    ]
    for write in writes:
        with pytest.raises(StepFailed, match="This is a rehearsal: no table is changed") as failed:
            write()
        assert not failed.value.can_retry
    assert [one["customer"] for one in rehearsing.find(table, ALL, sort="", limit=9)] == ["Bob"]
    assert [one.values["customer"] for one in session.scalars(select(DataRow))] == ["Bob"]
