"""Tables as a whole: names, addresses, caps, the audit trail."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.audit.models import AuditEvent
from app.data_tables import directory, tables
from app.data_tables.columns import TableRefused
from app.data_tables.models import DataRow, DataTable
from tests.cast import Cast
from tests.data_tables.conftest import COLUMNS, Fill
from tests.databases import on_both


def make(session: Session, cast: Cast, name: str) -> DataTable:
    """A table of Ben's."""
    with database.writing(session):
        return tables.create(session, cast.harbour.id, by=cast.ben.id, name=name, columns=COLUMNS)


@on_both
def test_names_are_unique_and_addresses_stay(session: Session, cast: Cast) -> None:
    assert make(session, cast, "Straße & Co").slug == "strasse-co"
    assert make(session, cast, "Straße + Co").slug == "strasse-co-2"
    assert make(session, cast, "New").slug == "new-table"
    assert make(session, cast, "日本").slug == "table"
    with pytest.raises(TableRefused, match="Another table has this name"):
        make(session, cast, "STRASSE & co")
    table = directory.by_slug(session, cast.harbour.id, slug="table")
    assert table is not None
    with database.writing(session):
        tables.describe(session, table, by=cast.ben.id, name="Japan", description="Far away")
    assert (table.name, table.slug) == ("Japan", "table")
    with pytest.raises(TableRefused, match="Another table"), database.writing(session):
        tables.describe(session, table, by=cast.ben.id, name="new", description="")


@on_both
def test_a_deleted_table_takes_its_rows_along(
    session: Session, cast: Cast, orders: DataTable, fill: Fill
) -> None:
    fill({"customer": "Bob"}, {"customer": "Åse"})
    with database.writing(session):
        tables.delete(session, tables.locked(session, orders), by=cast.ada.id)
    assert session.scalars(select(DataRow)).all() == []
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.position)).all()
    assert [event.action for event in events] == ["table_made", "table_deleted"]
    assert events[-1].details["rows"] == 2
    with pytest.raises(TableRefused, match="deleted meanwhile"), database.writing(session):
        tables.locked(session, orders)


def test_a_workspace_has_room_for_so_many(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_TABLES", 1)
    make(session, cast, "One")
    with pytest.raises(TableRefused, match="can have 1 tables"):
        make(session, cast, "Two")


def test_another_workspace_has_its_own(session: Session, cast: Cast, orders: DataTable) -> None:
    assert directory.by_slug(session, cast.elsewhere.id, slug="orders") is None
    assert directory.names_of(session, cast.harbour.id) == {str(orders.id): "Orders"}
    assert directory.names_of(session, cast.elsewhere.id) == {}
