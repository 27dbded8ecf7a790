"""The pages on which a table is taken as a file: at once, or from a worker."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.data_tables import shape, tables
from app.data_tables.models import DataTable
from app.handovers.asking import NOT_KEPT
from app.handovers.models import Handover, HandoverStatus
from app.handovers.tools import Tools
from app.table_exports import source
from app.table_exports.export_routes import MANY as ASK_FOR_IT
from tests.batches.handed import handed_over
from tests.cast import Cast
from tests.data_tables.conftest import ORDERS, Fill, Open

RELOAD = "Reload to see what is new"
LOOK = "column=price&operator=at_most&value=120&sort=-price"


def asked(session: Session) -> Handover:
    """The only handover there is."""
    session.rollback()
    session.expire_all()
    return session.scalars(select(Handover)).one()


def test_few_rows_come_at_once(ben: FlaskClient, orders: DataTable, fill: Fill) -> None:
    fill({"customer": "Ana", "price": 1}, {"customer": "Bo", "price": 2})
    page = ben.get(ORDERS).text
    assert f'href="{ORDERS}/export.csv"' in page
    assert "exports/csv" not in page
    answer = ben.get(f"{ORDERS}/export.csv?sort=-price")
    assert [line[:2] for line in answer.text.splitlines()[1:]] == ["Bo", "An"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders.csv"'
    assert ben.get(f"{ORDERS}/export.xlsx").data.startswith(b"PK\x03\x04")
    assert ben.get(f"{ORDERS}/export.pdf").status_code == 404


def test_many_rows_are_made_by_a_worker(
    session: Session, ben: FlaskClient, many: DataTable, tools: Tools
) -> None:
    page = ben.get(f"{ORDERS}?{LOOK}").text
    assert f'action="{ORDERS}/exports/csv?' in page
    assert f"{ORDERS}/export.csv" not in page
    page = ben.post(f"{ORDERS}/exports/csv?{LOOK}", follow_redirects=True).text
    for words in ("Making “orders.csv”", "It begins in a moment", "table-files-poll", RELOAD):
        assert words in page
    assert "Price is at most 120" in page  # the table is looked at as before
    page = ben.post(f"{ORDERS}/exports/csv", follow_redirects=True).text
    assert "This file is being made already." in page
    held = asked(session)
    with database.writing(session):
        held.rows = 100
    page = ben.get(f"{ORDERS}/exports?seen=").text
    assert "100 rows written so far" in page
    seen = page.partition("seen=")[2].partition("&")[0].partition('"')[0]
    assert ben.get(f"{ORDERS}/exports?seen={seen}").status_code == 204
    handed_over(session, tools, held)
    page = ben.get(f"{ORDERS}/exports?seen={seen}").text
    assert "“orders.csv” is ready: 120 rows." in page
    assert "table-files-poll" not in page
    with ben.get(f"{ORDERS}/exports/csv") as answer:
        prices = [line.split(",")[1] for line in answer.text.splitlines()[1:]]
        assert answer.headers["Content-Disposition"] == "attachment; filename=orders.csv"
    assert prices == [str(number) for number in range(120, 0, -1)]
    assert RELOAD not in ben.get(ORDERS).text


def test_it_says_how_many_of_all_are_through(
    session: Session, ben: FlaskClient, many: DataTable
) -> None:
    ben.post(f"{ORDERS}/exports/xlsx")
    held = asked(session)
    with database.writing(session):
        held.rows = 1_000
    assert "<b>1,000</b> of 1,200 rows written" in ben.get(ORDERS).text


def test_an_address_that_was_kept_says_where_to_press(ben: FlaskClient, many: DataTable) -> None:
    assert ASK_FOR_IT in ben.get(f"{ORDERS}/export.csv", follow_redirects=True).text
    few = ben.get(f"{ORDERS}/export.csv?{LOOK}")
    assert len(few.text.splitlines()) == 121


def test_others_do_not_see_or_get_it(
    session: Session, ben: FlaskClient, browser: Open, cast: Cast, many: DataTable, tools: Tools
) -> None:
    ben.post(f"{ORDERS}/exports/csv")
    handed_over(session, tools, asked(session))
    cleo = browser(cast.cleo)
    assert "is ready" not in cleo.get(ORDERS).text
    assert NOT_KEPT in cleo.get(f"{ORDERS}/exports/csv", follow_redirects=True).text
    assert browser(cast.dan).get(f"{ORDERS}/exports/csv").status_code == 404
    assert "Making “orders.csv”" in cleo.post(f"{ORDERS}/exports/csv", follow_redirects=True).text


@pytest.mark.parametrize("is_made", [False, True])
def test_it_is_done_without(
    session: Session, ben: FlaskClient, many: DataTable, tools: Tools, is_made: bool
) -> None:
    ben.post(f"{ORDERS}/exports/csv")
    if is_made:
        handed_over(session, tools, asked(session))
        assert "Remove the file" in ben.get(ORDERS).text
    page = ben.post(f"{ORDERS}/exports/csv/deletion", follow_redirects=True).text
    assert ("Making the file was stopped." in page) == (not is_made)
    assert "orders.csv" not in page
    session.rollback()
    assert session.scalars(select(Handover)).all() == []


def _delete_the_price(session: Session, cast: Cast, table: DataTable) -> None:
    with database.writing(session):
        locked = tables.locked(session, table)
        column = next(one for one in locked.columns if one.key == "price")
        shape.remove_column(session, locked, column, by=cast.ben.id)


def test_a_filter_that_is_gone_makes_no_file_with_other_rows(
    session: Session, cast: Cast, ben: FlaskClient, many: DataTable, tools: Tools
) -> None:
    ben.post(f"{ORDERS}/exports/csv?{LOOK}")
    _delete_the_price(session, cast, many)
    held = handed_over(session, tools, asked(session))
    assert (held.status, held.sentence) == (HandoverStatus.FAILED, source.COLUMN_GONE)
    page: Any = ben.get(ORDERS).text
    assert "“orders.csv” could not be made" in page
    assert "Close" in page
