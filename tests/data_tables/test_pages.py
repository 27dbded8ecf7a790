"""The pages of tables: what they show, what they change, and what comes back."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.data_tables import ports, table_routes
from app.data_tables.columns import ColumnKind
from app.data_tables.models import DataTable
from app.data_tables.ports import Use
from tests.cast import Cast
from tests.data_tables.conftest import HERE, ORDERS, Fill, first, in_order


def test_it_works(ben: FlaskClient, session: Session) -> None:
    assert "No tables yet" in ben.get(HERE).text
    form = {
        "name": "Price list",
        "description": "What things cost",
        "column-1-name": "Article",
        "column-1-kind": "text",
        "column-2-name": "State",
        "column-2-kind": "choice",
        "column-2-options": "New\r\nOld",
        "column-3-name": "",
        "column-3-kind": "number",
    }
    more = ben.post(HERE, data=form | {"do": "add"})
    assert (more.status_code, more.text.count('-name" value="')) == (200, 3)
    assert "New\nOld" in more.text
    fewer = ben.post(HERE, data=form | {"column-1-remove": "yes"})
    assert 'value="Article"' not in fewer.text
    assert session.scalars(select(DataTable)).all() == []

    made = ben.post(HERE, data=form | {"do": "make"})
    assert (made.status_code, made.location) == (303, f"{HERE}/price-list")
    table = first(session)
    assert [(one.key, one.kind, one.options) for one in table.columns] == [
        ("article", ColumnKind.TEXT, ()),
        ("state", ColumnKind.CHOICE, ("New", "Old")),
    ]
    page = ben.get(made.location).text
    assert "No rows yet" in page
    assert "What things cost" in page
    assert "Price list" in ben.get(HERE).text
    assert "No table like that" in ben.get(f"{HERE}?q=nothing").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Give the table a name."),
        ({"name": "Orders"}, "Another table has this name."),
        ({"column-1-name": ""}, "Name at least one column."),
        ({"column-2-name": "article"}, "Two columns are called"),
        ({"column-1-kind": "choice"}, "Name the choices of “Article”, one a line."),
    ],
)
def test_a_wrong_form_comes_back(
    ben: FlaskClient, session: Session, orders: DataTable, change: dict[str, str], sentence: str
) -> None:
    sent = {"name": "Prices", "column-1-name": "Article", "do": "make"} | change
    answer = ben.post(HERE, data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    if sent["column-1-name"]:
        assert 'value="Article"' in answer.text
    assert first(session).id == orders.id


def test_rows_are_added_looked_at_and_changed(
    olga: FlaskClient, session: Session, orders: DataTable
) -> None:
    assert olga.get(f"{ORDERS}/rows/new").status_code == 200
    sent = {"cell-customer": "Bob", "cell-price": "12x", "cell-due": "2026-11-30"}
    wrong = olga.post(f"{ORDERS}/rows", data=sent)
    assert wrong.status_code == 422
    assert "“12x” in “Price” is not a number." in wrong.text
    assert 'value="12x"' in wrong.text
    assert olga.post(f"{ORDERS}/rows", data={"cell-customer": " "}).status_code == 422
    added = olga.post(f"{ORDERS}/rows", data=sent | {"cell-price": "12,5"})
    assert (added.status_code, added.location) == (303, ORDERS)
    again = olga.post(f"{ORDERS}/rows", data={"cell-customer": "Åse", "do": "again"})
    assert again.location == f"{ORDERS}/rows/new"
    bob, ase = in_order(session)
    assert bob.values == {"customer": "Bob", "price": 12.5, "due": "2026-11-30"}

    page = olga.get(f"{ORDERS}/rows/{bob.id}").text
    assert 'value="12.5"' in page
    changed = {"cell-customer": "Bob", "cell-price": "", "revision": "1"}
    assert olga.post(f"{ORDERS}/rows/{bob.id}", data=changed).status_code == 303
    assert in_order(session)[0].values == {"customer": "Bob", "due": "2026-11-30"}
    late = olga.post(f"{ORDERS}/rows/{bob.id}", data=changed | {"cell-customer": "Robert"})
    assert late.status_code == 422
    assert "Somebody changed this row meanwhile" in late.text
    assert 'value="Robert"' in late.text
    assert 'name="revision" value="2"' in late.text
    assert in_order(session)[1].id == ase.id


def test_a_cell_is_changed_in_place(
    olga: FlaskClient, session: Session, orders: DataTable, fill: Fill
) -> None:
    (row_id,) = fill({"customer": "Bob", "price": 7, "state": "New"})
    cell = f"{ORDERS}/rows/{row_id}/cells"
    assert 'name="value" value="7"' in olga.get(f"{cell}/price").text
    assert "<option" in olga.get(f"{cell}/state").text
    assert "<form" not in olga.get(f"{cell}/price?read=yes").text
    wrong = olga.post(f"{cell}/price", data={"value": "x"})
    assert (wrong.status_code, "is not a number" in wrong.text) == (422, True)
    saved = olga.post(f"{cell}/price", data={"value": "8"})
    assert (saved.status_code, ">8" in saved.text) == (200, True)
    assert in_order(session)[0].values == {"customer": "Bob", "price": 8, "state": "New"}
    assert olga.get(f"{cell}/nothing").status_code == 404


def test_rows_are_deleted_and_brought_back(
    olga: FlaskClient, session: Session, orders: DataTable, fill: Fill
) -> None:
    ids = fill({"customer": "Bob"}, {"customer": "Åse"}, {"customer": "Zoë"})
    assert olga.post(f"{ORDERS}/rows/deletion").location == ORDERS
    gone = olga.post(f"{ORDERS}/rows/deletion", data={"row": [str(ids[0]), str(ids[2]), "x"]})
    assert [row.values["customer"] for row in in_order(session)] == ["Åse"]
    page = olga.get(gone.location).text
    assert "2 rows are deleted." in page
    assert olga.get(f"{ORDERS}/rows/{ids[0]}").status_code == 404
    found = re.search(r'name="bin" value="([^"]+)"', page)
    assert found
    assert olga.post(f"{ORDERS}/rows/return", data={"bin": found[1]}).status_code == 303
    assert len(in_order(session)) == 3
    assert olga.post(f"{ORDERS}/rows/return", data={"bin": "x"}).status_code == 404
    actions = [one.action for one in session.scalars(select(AuditEvent))]
    assert actions == ["table_made", "table_rows_deleted", "table_rows_returned"]


def test_the_grid_is_searched_filtered_sorted_and_paged(
    olga: FlaskClient, orders: DataTable, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_routes, "PAGE_SIZE", 2)
    fill(*({"customer": name, "price": n} for n, name in enumerate(("Bob", "Åse", "Zoë", "Ana"))))
    assert names(olga.get(ORDERS).text) == ["Bob", "Åse"]
    sorted_page = olga.get(f"{ORDERS}?sort=customer").text
    assert names(sorted_page) == ["Ana", "Åse"]
    assert 'aria-sort="ascending"' in sorted_page
    behind = follow(olga, sorted_page, "next")
    assert names(behind) == ["Bob", "Zoë"]
    assert names(follow(olga, behind, "prev")) == ["Ana", "Åse"]
    assert names(olga.get(f"{ORDERS}?q=ase").text) == ["Åse"]
    narrowed = f"{ORDERS}?column=price&operator=at_least&value=2&sort=-price"
    page = olga.get(narrowed).text
    assert names(page) == ["Ana", "Zoë"]
    assert "Price is at least 2" in page
    assert "No row like that" in olga.get(f"{ORDERS}?q=nobody").text
    for odd in (
        "?after=x&sort=nothing",
        "?column=due&operator=is&value=soon",
        "?sort=price&after=WzEsICJ4Il0=",
        "?operator=is&value=1",
        "?column=price&operator=near&value=1",
        "?undo=x",
    ):
        assert olga.get(ORDERS + odd).status_code == 200, odd
    csv = olga.get(f"{ORDERS}/export.csv?column=price&operator=at_least&value=2")
    assert csv.text.startswith("\ufeffCustomer,Price")
    assert (csv.text.count("\n"), "Zoë" in csv.text) == (3, True)
    assert olga.get(f"{ORDERS}/export.xlsx").data.startswith(b"PK")
    assert olga.get(f"{ORDERS}/export.pdf").status_code == 404


def test_columns_are_changed(
    ben: FlaskClient, session: Session, orders: DataTable, fill: Fill
) -> None:
    fill({"customer": "Bob", "price": 7})
    columns = f"{ORDERS}/columns"
    assert ben.post(columns, data={"name": "Customer", "kind": "text"}).status_code == 422
    assert ben.post(columns, data={"name": "Note", "kind": "text"}).status_code == 303
    assert ben.post(f"{columns}/note/place", data={"to": "front"}).status_code == 303
    assert [one.key for one in first(session).columns][-2:] == ["note", "state"]
    page = ben.get(f"{columns}/price").text
    assert "1 row has something in this column." in page
    refused = ben.post(f"{columns}/customer", data={"name": "Who", "kind": "number"})
    assert (refused.status_code, "“Bob” in “Who” is not a number." in refused.text) == (422, True)
    assert ben.post(f"{columns}/customer", data={"name": "Who", "kind": "text"}).status_code == 303
    assert ben.post(f"{columns}/price/deletion").status_code == 303
    assert [one.name for one in first(session).columns][:2] == ["Who", "Paid"]
    assert in_order(session)[0].values == {"customer": "Bob"}
    for key in ("paid", "due", "seen", "state", "note"):
        ben.post(f"{columns}/{key}/deletion")
    last = ben.post(f"{columns}/customer/deletion")
    assert (last.status_code, "This is the last column." in last.text) == (422, True)


def test_a_table_is_renamed_and_deleted_by_its_name(
    ben: FlaskClient, session: Session, orders: DataTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = {orders.id: [Use("Sort letters", "/w/harbour-pine/agents/sort-letters")]}
    monkeypatch.setattr(ports, "used_by", lambda *_: uses)
    assert '<a href="/w/harbour-pine/agents/sort-letters">Sort letters</a>' in ben.get(HERE).text
    page = ben.get(f"{ORDERS}/details").text
    assert "1 agent stops working at the steps that use it." in page
    assert ben.post(f"{ORDERS}/details", data={"name": ""}).status_code == 422
    assert ben.post(f"{ORDERS}/details", data={"name": "Sales"}).location == ORDERS
    wrong = ben.post(f"{ORDERS}/deletion", data={"name": "Orders"})
    assert (wrong.status_code, "Type “Sales” as it is written here." in wrong.text) == (422, True)
    assert ben.post(f"{ORDERS}/deletion", data={"name": "sales"}).location == HERE
    assert session.scalars(select(DataTable)).all() == []


def test_times_are_typed_in_the_zone_of_the_reader(
    olga: FlaskClient, session: Session, cast: Cast, orders: DataTable
) -> None:
    with database.writing(session):
        cast.olga.timezone = "Europe/Oslo"
    olga.post(f"{ORDERS}/rows", data={"cell-seen": "2026-07-01T12:00"})
    (row,) = in_order(session)
    assert row.values["seen"] == "2026-07-01T10:00:00+00:00"
    assert "2026-07-01 12:00" in olga.get(ORDERS).text


def names(page: str) -> list[str]:
    """Who is in the rows of the page, in order."""
    return re.findall(r'aria-label="\d+, open ([^"]+)"', page)


def follow(browser: FlaskClient, page: str, rel: str) -> str:
    """The page behind a link of the pager."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert found
    return browser.get(found[1].replace("&amp;", "&")).text
