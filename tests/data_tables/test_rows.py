"""Rows on both databases: what is kept, found, sorted, paged, deleted and brought back."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.data_tables import listing, rows, shape, tables
from app.data_tables.columns import Column, ColumnKind, TableRefused
from app.data_tables.conditions import read_conditions
from app.data_tables.listing import FoundRow, Query, page_of
from app.data_tables.models import DataRow, DataTable
from app.engine.values import Json
from app.lib import clock
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, OSLO, Fill
from tests.databases import on_both

PEOPLE = (
    {"customer": "Zoë", "price": 10, "paid": True, "due": "2026-11-03", "state": "New"},
    {"customer": "Åse", "price": 9.5, "paid": False, "due": "2026-11-01"},
    {"customer": "ärlig", "price": -3, "seen": "2026-11-22 09:00"},
    {"customer": "Bob", "price": 100, "paid": True, "state": "Sent"},
    {"customer": None, "price": None, "due": "2025-12-31"},
)


def names(found: list[FoundRow]) -> list[Json]:
    """Who is in these rows."""
    return [row.values.get("customer") for row in found]


def column(key: str) -> Column:
    """The column of the orders with this key."""
    return next(one for one in COLUMNS if one.key == key)


def all_of(session: Session, table: DataTable, query: Query, *, size: int = 2) -> list[list[Json]]:
    """Page after page, forwards, and checked on the way back."""
    session.rollback()
    pages = [page_of(session, table, query, size=size)]
    while pages[-1].after:
        pages.append(page_of(session, table, query, size=size, after=pages[-1].after))
    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        assert back.before
        back = page_of(session, table, query, size=size, before=back.before)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
    assert back.before is None
    return [names(list(page.rows)) for page in pages]


@on_both
@pytest.mark.parametrize(
    ("sort", "up", "down"),
    [
        ("customer", ["ärlig", "Åse", "Bob", "Zoë", None], ["Zoë", "Bob", "Åse", "ärlig", None]),
        ("price", ["ärlig", "Åse", "Zoë", "Bob", None], ["Bob", "Zoë", "Åse", "ärlig", None]),
        ("paid", ["Åse", "Zoë", "Bob", "ärlig", None], ["Zoë", "Bob", "Åse", "ärlig", None]),
        ("due", [None, "Åse", "Zoë", "ärlig", "Bob"], ["Zoë", "Åse", None, "ärlig", "Bob"]),
        ("state", ["Zoë", "Bob", "Åse", "ärlig", None], ["Bob", "Zoë", "Åse", "ärlig", None]),
    ],
)
def test_rows_are_sorted_and_paged_both_ways(
    session: Session, orders: DataTable, fill: Fill, sort: str, up: list[Json], down: list[Json]
) -> None:
    fill(*PEOPLE)
    for is_descending, expected in ((False, up), (True, down)):
        query = Query(sort=column(sort), is_descending=is_descending)
        pages = all_of(session, orders, query)
        assert [name for page in pages for name in page] == expected
    assert all_of(session, orders, Query()) == [["Zoë", "Åse"], ["ärlig", "Bob"], [None]]


@on_both
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("Price", "more_than", "9.5"), ["Zoë", "Bob"]),
        (("price", "at_most", 9.5), ["Åse", "ärlig"]),
        (("price", "is", "100"), ["Bob"]),
        (("customer", "is", "ÅSE"), ["Åse"]),
        (("customer", "is", "ase"), []),
        (("customer", "contains", "O"), ["Zoë", "Bob"]),
        (("customer", "starts_with", "z"), ["Zoë"]),
        (("customer", "contains_not", "o"), ["Åse", "ärlig", None]),
        (("customer", "is_empty", None), [None]),
        (("customer", "is_not_empty", None), ["Zoë", "Åse", "ärlig", "Bob"]),
        (("paid", "is_yes", None), ["Zoë", "Bob"]),
        (("paid", "is_no", None), ["Åse", "ärlig", None]),
        (("due", "less_than", "01.11.2026"), [None]),
        (("due", "at_least", "2026-11-01"), ["Zoë", "Åse"]),
        (("Last seen", "at_least", "2026-11-22 08:59"), ["ärlig"]),
        (("state", "is", "sent"), ["Bob"]),
        (("state", "is_not", "sent"), ["Zoë", "Åse", "ärlig", None]),
    ],
)
def test_rows_are_filtered(
    session: Session,
    orders: DataTable,
    fill: Fill,
    condition: tuple[str, str, Json],
    expected: Json,
) -> None:
    fill(*PEOPLE)
    row = dict(zip(("value", "operator", "value2"), condition, strict=True))
    conditions = read_conditions(COLUMNS, {"match": "all", "rows": [row]}, OSLO)
    pages = all_of(session, orders, Query(conditions=conditions))
    assert [name for page in pages for name in page] == expected


@on_both
def test_conditions_go_together(session: Session, orders: DataTable, fill: Fill) -> None:
    fill(*PEOPLE)
    rows_ = [
        {"value": "paid", "operator": "is_yes", "value2": ""},
        {"value": "price", "operator": "less_than", "value2": 50},
    ]
    for match, expected in (("all", ["Zoë"]), ("any", ["Zoë", "Åse", "ärlig", "Bob"])):
        conditions = read_conditions(COLUMNS, {"match": match, "rows": rows_}, OSLO)
        found = page_of(session, orders, Query(conditions=conditions), size=9).rows
        assert names(list(found)) == expected


@on_both
def test_a_search_looks_into_every_cell(session: Session, orders: DataTable, fill: Fill) -> None:
    fill(*PEOPLE, {"customer": "100 % wool_", "price": 7})
    for words, expected in (
        ("ASE", ["Åse"]),
        ("arl", ["ärlig"]),
        ("%", ["100 % wool_"]),
        ("l_", ["100 % wool_"]),
        ("2026-11", ["Zoë", "Åse", "ärlig"]),
        ("9.5", ["Åse"]),
        ("nobody", []),
    ):
        found = page_of(session, orders, Query(words=words), size=9).rows
        assert names(list(found)) == expected, words


@on_both
def test_deleted_rows_come_back_to_their_places(
    session: Session, orders: DataTable, fill: Fill
) -> None:
    ids = fill(*PEOPLE)
    with database.writing(session):
        bin_id, count = rows.to_bin(
            session, tables.locked(session, orders), [*ids[1:3], uuid.uuid4()]
        )
    assert (count, orders.row_count) == (2, 3)
    assert names(list(page_of(session, orders, Query(), size=9).rows)) == ["Zoë", "Bob", None]
    with database.writing(session):
        assert rows.from_bin(session, tables.locked(session, orders), uuid.uuid4()) == 0
        assert rows.from_bin(session, tables.locked(session, orders), bin_id) == 2
    assert orders.row_count == 5
    assert all_of(session, orders, Query()) == [["Zoë", "Åse"], ["ärlig", "Bob"], [None]]
    with database.writing(session):
        rows.to_bin(session, tables.locked(session, orders), ids[:1])
        rows.empty_bins(session, older_than=clock.now() - timedelta(days=1))
        assert len(session.scalars(select(DataRow.id)).all()) == 5
        rows.empty_bins(session, older_than=clock.now() + timedelta(days=1))
        assert len(session.scalars(select(DataRow.id)).all()) == 4


@on_both
def test_two_writers_keep_each_others_cells(
    engine: Engine, session: Session, orders: DataTable, fill: Fill
) -> None:
    (row_id,) = fill({"customer": "Bob", "price": 1})
    sessions = database.session_factory(engine)

    def write(key: str, value: Json) -> None:
        with sessions() as mine, database.writing(mine):
            table = tables.locked(mine, orders)
            row = mine.scalars(select(DataRow).where(DataRow.id == row_id)).one()
            rows.change(mine, table, row, {key: value})
            rows.add(mine, table, [{"customer": f"after {key}"}])

    with ThreadPoolExecutor(4) as pool:
        wishes = [("customer", "Åse"), ("price", 2), ("paid", True), ("state", "Sent")] * 5
        list(pool.map(lambda wish: write(*wish), wishes))
    session.rollback()
    row = session.scalars(select(DataRow).where(DataRow.id == row_id)).one()
    assert row.values == {"customer": "Åse", "price": 2, "paid": True, "state": "Sent"}
    assert row.revision == 21
    session.refresh(orders)
    assert (orders.row_count, orders.last_position) == (21, 21)


@on_both
def test_columns_change_and_their_rows_with_them(
    session: Session, cast: Cast, orders: DataTable, fill: Fill
) -> None:
    fill(*PEOPLE)
    by = cast.ben.id
    with database.writing(session):
        table = tables.locked(session, orders)
        note = shape.add_column(session, table, by=by, name="Note")
        assert note.key == "note"
        shape.move_column(table, note, by_places=-99)
        assert table.columns[0] == note
        assert shape.filled_cells(session, table, column("paid")) == 3
        shape.remove_column(session, table, column("customer"), by=by)
        price = column("price")
        shape.change_column(
            session, table, price, by=by, name="Cost", kind=ColumnKind.TEXT, options=(), zone=OSLO
        )
    session.expire_all()
    found = session.scalars(select(DataRow).order_by(DataRow.position)).all()
    assert [row.values.get("price") for row in found] == ["10", "9.5", "-3", "100", None]
    assert all("customer" not in row.values and "bob" not in row.folded for row in found)
    assert [one.name for one in orders.columns[:2]] == ["Note", "Cost"]
    with (
        pytest.raises(TableRefused, match=r"“New” in “State” is not a number\. The column stays"),
        database.writing(session),
    ):
        shape.change_column(
            session,
            tables.locked(session, orders),
            column("state"),
            by=by,
            name="State",
            kind=ColumnKind.NUMBER,
            options=(),
            zone=OSLO,
        )
    session.refresh(orders)
    assert orders.columns[-1].kind is ColumnKind.CHOICE


@on_both
def test_a_full_table_says_so(
    session: Session, orders: DataTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MAX_ROWS", 2)
    with database.writing(session):
        rows.add(session, orders, [{"customer": "a"}, {"customer": "b"}])
    full = r"“Orders” has 2 rows; a table can have 2 at most\."
    with pytest.raises(TableRefused, match=full), database.writing(session):
        rows.add(session, tables.locked(session, orders), [{"customer": "c"}])
    with pytest.raises(TableRefused, match="64 KB at most"), database.writing(session):
        rows.change(
            session,
            orders,
            session.scalars(select(DataRow)).first(),
            {"customer": "x" * 70_000},
        )  # type: ignore[arg-type]


@on_both
def test_unstorable_characters_are_replaced(
    session: Session, orders: DataTable, fill: Fill
) -> None:
    fill({"customer": "a\x00b\ud800 日本 🪔"})
    found = page_of(session, orders, Query(words="日本 🪔"), size=9).rows
    assert names(list(found)) == ["a\ufffdb\ufffd 日本 🪔"]


@on_both
def test_a_long_table_is_read_in_batches(
    session: Session, orders: DataTable, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 7)
    fill(*({"customer": f"Bob {n:03d}", "price": n % 5} for n in range(60)))
    odd = read_conditions(
        COLUMNS, {"rows": [{"value": "customer", "operator": "ends_with", "value2": "9"}]}, OSLO
    )
    pages = all_of(session, orders, Query(conditions=odd, sort=column("price")), size=4)
    assert [name for page in pages for name in page] == [
        f"Bob {n}9" for n in ("00", "01", "02", "03", "04", "05")
    ]
