"""Finding tables and rows, always from their workspace."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.data_tables.models import DataRow, DataTable


def by_slug(session: Session, workspace_id: uuid.UUID, *, slug: str) -> DataTable | None:
    """The table with this slug in this workspace."""
    return session.scalars(
        select(DataTable).where(DataTable.workspace_id == workspace_id, DataTable.slug == slug)
    ).one_or_none()


def by_id(session: Session, workspace_id: uuid.UUID, *, table_id: uuid.UUID) -> DataTable | None:
    """The table with this id in this workspace."""
    return session.scalars(
        select(DataTable).where(DataTable.workspace_id == workspace_id, DataTable.id == table_id)
    ).one_or_none()


def all_of(session: Session, workspace_id: uuid.UUID, *, words: str = "") -> Sequence[DataTable]:
    """The tables of this workspace by name; those with `words` in name or description."""
    query = select(DataTable).where(DataTable.workspace_id == workspace_id)
    if words:
        has = DataTable.name.icontains(words, autoescape=True)
        query = query.where(has | DataTable.description.icontains(words, autoescape=True))
    return sorted(session.scalars(query), key=lambda one: one.name.casefold())


def names_of(session: Session, workspace_id: uuid.UUID) -> dict[str, str]:
    """The names of the workspace's tables by their ids as text, for the check of a flow."""
    rows = session.execute(
        select(DataTable.id, DataTable.name)
        .where(DataTable.workspace_id == workspace_id)
        .order_by(DataTable.name)
    )
    return {str(table_id): name for table_id, name in rows}


def row_of(session: Session, table: DataTable, *, row_id: uuid.UUID) -> DataRow | None:
    """The row with this id, unless it was deleted."""
    return session.scalars(
        select(DataRow).where(
            DataRow.workspace_id == table.workspace_id,
            DataRow.table_id == table.id,
            DataRow.id == row_id,
            DataRow.bin_id.is_(None),
        )
    ).one_or_none()
