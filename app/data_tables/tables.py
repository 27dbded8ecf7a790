"""What can be done with a table as a whole; each act leaves an audit event."""

import re
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.trail import Detail
from app.data_tables import ports
from app.data_tables.columns import Column, TableRefused, check_columns
from app.data_tables.models import DataTable
from app.lib import clock
from app.lib.latin import latin

MAX_TABLES = 50
MAX_SLUG_CHARS = 60
# Words that addresses below /tables use or may come to use.
RESERVED_SLUGS = frozenset({"new", "imports", "import", "export", "search", "all", "edit"})


def create(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    by: uuid.UUID | None,
    name: str,
    description: str = "",
    columns: tuple[Column, ...],
) -> DataTable:
    """Make an empty table. Raises TableRefused."""
    check_columns(columns)
    trail.take_turn(session)  # two people who choose one name take turns
    refuse_another(session, workspace_id, name=name)
    table = DataTable(
        workspace_id=workspace_id,
        created_by=by,
        name=name,
        slug=_free_slug(session, workspace_id, name),
        description=description,
    )
    table.columns = columns
    session.add(table)
    session.flush()
    record(session, "table_made", table, by=by, columns=len(columns))
    return table


def refuse_another(session: Session, workspace_id: uuid.UUID, *, name: str) -> None:
    """Raises TableRefused where no table of this name can be made."""
    _check_name(session, workspace_id, name)
    if _count(session, workspace_id) >= MAX_TABLES:
        raise TableRefused(
            f"A workspace can have {MAX_TABLES} tables. Delete one that is not needed any more."
        )


def describe(
    session: Session, table: DataTable, *, by: uuid.UUID, name: str, description: str
) -> None:
    """Change name and description; the address stays. Raises TableRefused."""
    trail.take_turn(session)
    _check_name(session, table.workspace_id, name, except_id=table.id)
    before = table.name
    table.name, table.description = name, description
    table.updated_at = clock.now()
    record(session, "table_described", table, by=by, was=before)


def delete(session: Session, table: DataTable, *, by: uuid.UUID) -> None:
    """Delete the table with all its rows; steps that use it say so from then on."""
    ports.on_delete(session, table)
    record(session, "table_deleted", table, by=by, rows=table.row_count)
    session.delete(table)
    session.flush()


def locked(session: Session, table: DataTable) -> DataTable:
    """The table read again and held until the transaction ends: its writers take turns.

    Raises TableRefused when somebody deleted it meanwhile.
    """
    found = session.scalars(
        select(DataTable)
        .where(DataTable.workspace_id == table.workspace_id, DataTable.id == table.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise TableRefused("This table was deleted meanwhile.")
    return found


def record(
    session: Session, action: str, table: DataTable, *, by: uuid.UUID | None, **details: Detail
) -> None:
    """Leave an audit event about the table."""
    trail.record(
        session,
        action,
        workspace_id=table.workspace_id,
        actor_id=by,
        subject=f"table “{table.name}”",
        details={"table": str(table.id), **details},
    )


def _check_name(
    session: Session, workspace_id: uuid.UUID, name: str, *, except_id: uuid.UUID | None = None
) -> None:
    rows = session.execute(
        select(DataTable.id, DataTable.name).where(DataTable.workspace_id == workspace_id)
    )
    if any(one.casefold() == name.casefold() and id_ != except_id for id_, one in rows):
        raise TableRefused("Another table has this name. Choose a different one.")


def _count(session: Session, workspace_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(DataTable)
    return session.scalar(query.where(DataTable.workspace_id == workspace_id)) or 0


def _free_slug(session: Session, workspace_id: uuid.UUID, name: str) -> str:
    word = re.sub(r"[^a-z0-9]+", "-", latin(name)).strip("-")[:MAX_SLUG_CHARS].strip("-")
    wanted = f"{word}-table" if word in RESERVED_SLUGS else word or "table"
    query = select(DataTable.slug).where(DataTable.workspace_id == workspace_id)
    taken, number, slug = set(session.scalars(query)), 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted[: MAX_SLUG_CHARS - 4]}-{number}"
    return slug
