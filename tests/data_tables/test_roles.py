"""Who may look at tables, who may change rows, and who may change tables."""

import io

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import database
from app.data_tables import tables
from app.data_tables.models import DataTable
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, HERE, ORDERS, Fill, Open, in_order


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
