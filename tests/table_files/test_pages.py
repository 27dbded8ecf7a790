"""Files that become tables, and files that are brought into one."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import AuditEvent
from app.data_tables.models import DataTable
from app.table_files.models import TableImport
from tests.data_tables.conftest import HERE, ORDERS, Fill, first, in_order


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


def send_file(browser: FlaskClient, address: str, content: bytes) -> TestResponse:
    """Send a large file without a file of the test client's own."""
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="o.csv"\r\n\r\n'
    body = head + content + b"\r\n--B--\r\n"
    return browser.post(address, data=body, content_type="multipart/form-data; boundary=B")
