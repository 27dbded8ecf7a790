"""Orders of the harbour, so many that a worker makes files of them."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database, ports
from app.data_tables.models import DataTable
from app.files.models import File
from app.handovers.models import Handover, HandoverKind
from app.table_exports import asking
from tests.batches.conftest import tools
from tests.batches.handed import killed
from tests.cast import Cast
from tests.data_tables.conftest import Fill, ben, browser, fill, olga, orders
from tests.runs.conftest import house, nursery

__all__ = ["ben", "browser", "fill", "house", "killed", "nursery", "olga", "orders", "tools"]
MANY = 1_200  # rows: more than a file that comes at once has
Export = Callable[..., Handover]


@pytest.fixture
def many(orders: DataTable, fill: Fill) -> DataTable:
    """The orders: the price of each is its number, every tenth is paid."""
    ports.fill()
    fill(
        *(
            {"customer": f"Person {number}", "price": number, "paid": number % 10 == 0}
            for number in range(1, MANY + 1)
        )
    )
    return orders


@pytest.fixture
def export(session: Session, cast: Cast) -> Export:
    """Lets a worker make a file of a table, as Ben."""

    def asked(
        table: DataTable, kind: HandoverKind = HandoverKind.CSV, by: uuid.UUID | None = None
    ) -> Handover:
        wish: dict[str, Any] = {"zone": "Europe/Oslo", "look": {}}
        with database.writing(session):
            who = by or cast.ben.id
            asking.ask(session, table, kind, wish, by=who, whole=table.row_count)
        return session.scalars(select(Handover).order_by(Handover.id.desc()).limit(1)).one()

    return asked


def files_there(session: Session) -> Sequence[uuid.UUID]:
    """The ids of all stored files."""
    session.rollback()
    return session.scalars(select(File.id)).all()
