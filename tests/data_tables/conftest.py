"""A table of orders in the harbour, and the door that a run's steps have to it."""

import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import database
from app.accounts.models import User
from app.data_tables import rows, tables
from app.data_tables.columns import Column, ColumnKind
from app.data_tables.door import TableDoor
from app.data_tables.models import DataRow, DataTable
from app.engine.states import RunMode
from app.engine.values import Json
from app.lib import ids
from tests.cast import Cast, sign_in

OSLO = ZoneInfo("Europe/Oslo")
COLUMNS = (
    Column("customer", "Customer"),
    Column("price", "Price", ColumnKind.NUMBER),
    Column("paid", "Paid", ColumnKind.YES_NO),
    Column("due", "Due", ColumnKind.DATE),
    Column("seen", "Last seen", ColumnKind.MOMENT),
    Column("state", "State", ColumnKind.CHOICE, ("New", "Sent", "Returned")),
)
Fill = Callable[..., list[uuid.UUID]]
Open = Callable[[User], FlaskClient]
HERE = "/w/harbour-pine/tables"
ORDERS = f"{HERE}/orders"


@pytest.fixture
def orders(session: Session, cast: Cast) -> DataTable:
    """An empty table with a column of every kind."""
    with database.writing(session):
        return tables.create(
            session, cast.harbour.id, by=cast.ben.id, name="Orders", columns=COLUMNS
        )


@pytest.fixture
def fill(session: Session, orders: DataTable) -> Fill:
    """Puts rows into the orders."""

    def put(*typed: dict[str, Json]) -> list[uuid.UUID]:
        with database.writing(session):
            table = tables.locked(session, orders)
            settled = [rows.settled(table.columns, one, OSLO) for one in typed]
            assert [wrong for _, wrong in settled if wrong] == []
            return rows.add(session, table, [values for values, _ in settled])

    return put


@pytest.fixture
def door(engine: Engine, cast: Cast) -> TableDoor:
    """The tables of the harbour, for a run."""
    sessions = database.session_factory(engine)
    return TableDoor(sessions, workspace_id=cast.harbour.id, run_id=ids.new_id(), mode=RunMode.LIVE)


@pytest.fixture
def browser(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser in which this person is signed in; the tests of forms as such say so."""
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda person: sign_in(app.test_client(), session, person)


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
