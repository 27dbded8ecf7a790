"""Finding connections, always from their workspace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.vault.models import Connection

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """One page of the list, newest first; `older_than` is the key that the next page follows."""

    connections: Sequence[Connection]
    older_than: uuid.UUID | None


def by_id(
    session: Session, workspace_id: uuid.UUID, *, connection_id: uuid.UUID
) -> Connection | None:
    """The connection with this id in this workspace."""
    return session.scalars(
        select(Connection).where(
            Connection.workspace_id == workspace_id, Connection.id == connection_id
        )
    ).one_or_none()


def held(
    session: Session, workspace_id: uuid.UUID, *, connection_id: uuid.UUID
) -> Connection | None:
    """As `by_id`, inside `writing()`; nobody else changes it until that is over."""
    return session.scalars(
        select(Connection)
        .where(Connection.workspace_id == workspace_id, Connection.id == connection_id)
        .with_for_update(of=Connection)
    ).one_or_none()


def by_ids(
    session: Session, workspace_id: uuid.UUID, *, connection_ids: frozenset[uuid.UUID]
) -> Sequence[Connection]:
    """Those of these connections that this workspace has."""
    if not connection_ids:
        return ()
    return session.scalars(
        select(Connection).where(
            Connection.workspace_id == workspace_id, Connection.id.in_(connection_ids)
        )
    ).all()


def all_of(session: Session, workspace_id: uuid.UUID) -> Sequence[Connection]:
    """Every connection of this workspace, by name."""
    return session.scalars(_all_of(), {"workspace": workspace_id}).all()


@cache  # each save of a flow asks for it, and building it costs more than running it
def _all_of() -> Select[Connection]:
    return (
        select(Connection)
        .where(Connection.workspace_id == bindparam("workspace"))
        .order_by(Connection.name)
    )


def list_page(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    words: str = "",
    older_than: uuid.UUID | None = None,
) -> ConnectionPage:
    """Connections whose name has `words` in it, newest first."""
    query = (
        select(Connection)
        .where(Connection.workspace_id == workspace_id)
        .order_by(Connection.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if words:
        query = query.where(Connection.name.icontains(words, autoescape=True))
    if older_than is not None:
        query = query.where(Connection.id < older_than)
    found = session.scalars(query).all()
    connections = found[:PAGE_SIZE]
    return ConnectionPage(connections, connections[-1].id if len(found) > PAGE_SIZE else None)


def is_name_taken(
    session: Session, workspace_id: uuid.UUID, *, name: str, except_id: uuid.UUID | None = None
) -> bool:
    """Whether another connection of this workspace has this name."""
    query = select(Connection.id).where(
        Connection.workspace_id == workspace_id, Connection.name == name
    )
    found = session.scalar(query.limit(1))
    return found is not None and found != except_id
