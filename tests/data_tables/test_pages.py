"""The pages of tables: who may see and do what, and what comes back."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.accounts.models import User
from app.audit.models import AuditEvent
from app.data_tables import ports, table_routes, tables
from app.data_tables.columns import ColumnKind
from app.data_tables.models import DataRow, DataTable, TableImport
from app.data_tables.ports import Use
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, Fill

HERE = "/w/harbour-pine/tables"
ORDERS = f"{HERE}/orders"
Open = Callable[[User], FlaskClient]


@pytest.fixture
def ben(browser: Open, cast: Cast) -> FlaskClient:
    """Ben builds."""
    return browser(cast.ben)


@pytest.fixture
def olga(browser: Open, cast: Cast) -> FlaskClient:
    """Olga operates: she edits rows, not columns."""
    return browser(cast.olga)


def first(session: Session) -> DataTable:
    """The only table."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(DataTable)).one()


def in_order(session: Session) -> list[DataRow]:
    """The rows that are not deleted."""
    session.rollback()
    session.expire_all()
    query = select(DataRow).where(DataRow.bin_id.is_(None)).order_by(DataRow.position)
    return list(session.scalars(query))


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


def test_a_file_becomes_a_table(ben: FlaskClient, session: Session) -> None:
    content = (
        b"Article;Price;Since;State\nLamp;12,5;22.11.2026;New\nBulb;3;1.12.2026;Old\nX;y;;New\n"
    )
    taken = ben.post(f"{HERE}/imports", data={"file": (io.BytesIO(content), "price_list.csv")})
    assert taken.status_code == 303
    page = ben.get(taken.location).text
    assert 'value="Price list"' in page
    assert '<option value="date" selected>' in page
    keep = {f"keep-{n}": "yes" for n in (0, 1, 2, 3)}
    form = {
        "name": "Prices",
        **keep,
        **dict(
            zip(
                (f"name-{n}" for n in range(4)), ("Article", "Price", "Since", "State"), strict=True
            )
        ),
        **dict(
            zip((f"kind-{n}" for n in range(4)), ("text", "number", "date", "choice"), strict=True)
        ),
    }
    checked = ben.post(taken.location, data=form).text
    assert "Line 4: “y” in “Price” is not a number." in checked
    assert session.scalars(select(DataTable)).all() == []
    nameless = ben.post(taken.location, data=form | {"name": "", "do": "bring"})
    assert nameless.status_code == 422
    made = ben.post(taken.location, data=form | {"do": "bring"})
    assert (made.status_code, made.location) == (303, f"{HERE}/prices")
    table = first(session)
    assert table.columns[3].options == ("New", "Old")
    assert [row.values["article"] for row in in_order(session)] == ["Lamp", "Bulb"]
    assert "2 rows added and 1 row left out." in ben.get(made.location).text
    assert session.scalars(select(TableImport)).all() == []


def test_a_file_is_brought_into_a_table(
    olga: FlaskClient, session: Session, orders: DataTable, fill: Fill
) -> None:
    fill({"customer": "Bob", "price": 1})
    assert olga.get(f"{ORDERS}/imports/new").status_code == 200
    empty = olga.post(f"{ORDERS}/imports", data={})
    assert (empty.status_code, "Choose a file." in empty.text) == (422, True)
    bad = olga.post(f"{ORDERS}/imports", data={"file": (io.BytesIO(b"\x00"), "a.csv")})
    assert (bad.status_code, "neither a CSV file" in bad.text) == (422, True)
    content = io.BytesIO("Customer,Cost\nBob,2\nÅse,3\n".encode())
    taken = olga.post(f"{ORDERS}/imports", data={"file": (content, "o.csv")})
    assert '<option value="customer" selected>' in olga.get(taken.location).text
    form = {"place-0": "customer", "place-1": "price", "match": "customer", "do": "bring"}
    for odd, sentence in (
        ({"place-0": "", "place-1": ""}, "Choose where at least one column"),
        ({"place-1": "customer"}, "Two columns of the file go to “Customer”."),
        ({"match": "due"}, "Nothing in the file goes to “Due”"),
    ):
        refused = olga.post(taken.location, data=form | odd)
        assert (refused.status_code, sentence in refused.text) == (422, True)
    assert olga.post(taken.location, data=form).location == ORDERS
    assert [row.values for row in in_order(session)] == [
        {"customer": "Bob", "price": 2},
        {"customer": "Åse", "price": 3},
    ]
    assert olga.get(taken.location).status_code == 404
    audit = session.scalars(select(AuditEvent).order_by(AuditEvent.position.desc())).first()
    assert audit is not None
    assert audit.action == "table_imported"
    assert audit.details["changed"] == 1


def test_a_file_can_be_large_and_can_be_forgotten(olga: FlaskClient, orders: DataTable) -> None:
    lines = b"Customer\n" + b"x" * 90 + b"\n"
    content = lines + (b"y" * 99 + b"\n") * 50_000
    taken = send_file(olga, f"{ORDERS}/imports", content)
    assert taken.status_code == 303
    assert olga.post(f"{taken.location}/deletion").location == ORDERS
    assert olga.get(taken.location).status_code == 404
    assert send_file(olga, f"{ORDERS}/imports", b"x" * 21_000_000).status_code == 413


def test_times_are_typed_in_the_zone_of_the_reader(
    olga: FlaskClient, session: Session, cast: Cast, orders: DataTable
) -> None:
    with database.writing(session):
        cast.olga.timezone = "Europe/Oslo"
    olga.post(f"{ORDERS}/rows", data={"cell-seen": "2026-07-01T12:00"})
    (row,) = in_order(session)
    assert row.values["seen"] == "2026-07-01T10:00:00+00:00"
    assert "2026-07-01 12:00" in olga.get(ORDERS).text


def test_a_viewer_may_not(browser: Open, cast: Cast, orders: DataTable, fill: Fill) -> None:
    (row_id,) = fill({"customer": "Bob", "price": 7})
    cleo = browser(cast.cleo)
    page = cleo.get(ORDERS).text
    assert "Bob" in page
    assert "Add a row" not in page
    assert "Delete" not in page
    assert "<form" not in cleo.get(f"{ORDERS}/rows/{row_id}").text.split("<main")[1]
    assert cleo.get(f"{ORDERS}/export.csv").status_code == 200
    for address in (f"{ORDERS}/rows/new", f"{ORDERS}/columns", f"{ORDERS}/details", f"{HERE}/new"):
        assert cleo.get(address).status_code == 403
    assert cleo.post(f"{ORDERS}/rows", data={"cell-customer": "x"}).status_code == 403


def test_an_operator_changes_rows_and_not_tables(
    olga: FlaskClient, ben: FlaskClient, orders: DataTable
) -> None:
    assert olga.get(f"{ORDERS}/columns").status_code == 403
    assert olga.post(f"{ORDERS}/deletion", data={"name": "Orders"}).status_code == 403
    taken = ben.post(f"{HERE}/imports", data={"file": (io.BytesIO(b"a\n1\n"), "o.csv")})
    assert olga.get(taken.location).status_code == 403
    assert olga.post(taken.location, data={"do": "bring", "name": "x"}).status_code == 403


def test_another_workspace_gets_404(
    browser: Open, session: Session, cast: Cast, orders: DataTable, fill: Fill
) -> None:
    (row_id,) = fill({"customer": "Bob"})
    with database.writing(session):
        tables.create(session, cast.elsewhere.id, by=cast.dan.id, name="Orders", columns=COLUMNS)
    dan = browser(cast.dan)
    assert dan.get(ORDERS).status_code == 404
    mine = "/w/elsewhere/tables/orders"
    assert dan.get(mine).status_code == 200
    assert dan.get(f"{mine}/rows/{row_id}").status_code == 404
    assert dan.post(f"{mine}/rows/{row_id}/cells/customer", data={"value": "x"}).status_code == 404
    dan.post(f"{mine}/rows/deletion", data={"row": str(row_id)})
    assert [row.values for row in in_order(session)] == [{"customer": "Bob"}]


def names(page: str) -> list[str]:
    """Who is in the rows of the page, in order."""
    return re.findall(r'aria-label="\d+, open ([^"]+)"', page)


def follow(browser: FlaskClient, page: str, rel: str) -> str:
    """The page behind a link of the pager."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert found
    return browser.get(found[1].replace("&amp;", "&")).text


def send_file(browser: FlaskClient, address: str, content: bytes) -> TestResponse:
    """Send a large file without a file of the test client's own."""
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="o.csv"\r\n\r\n'
    body = head + content + b"\r\n--B--\r\n"
    return browser.post(address, data=body, content_type="multipart/form-data; boundary=B")
