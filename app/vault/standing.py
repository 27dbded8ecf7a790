"""How a connection stands with its service: refused since when, or in want of more rights."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.lib import clock
from app.lib.oauth import joined
from app.model import Id
from app.vault.models import MAX_WANTED_CHARS, Connection

MOST_SHOWN = 50
REFUSED = (401, 403)


def refusal(host: str, status: int, *, is_typed: bool = True) -> str:
    """Why a connection does not work, in words; `is_typed`: its secret is typed by a person."""
    what = "Enter the secret again." if is_typed else "Sign in again on its page."
    return f"{host} answered {status}: it does not accept this sign-in. {what}"


def refused(
    session: Session, workspace_id: uuid.UUID, *, connection_id: uuid.UUID, error: str
) -> bool:
    """Note that the service refuses it, inside `writing()`; True if it did not before."""
    changed = session.execute(
        _of(workspace_id, connection_id)
        .where(Connection.failing_since.is_(None))
        .values(failing_since=clock.now(), last_error=error[:400])
        .returning(Connection.id)
    )
    return changed.one_or_none() is not None


def accepted(session: Session, workspace_id: uuid.UUID, *, connection_id: uuid.UUID) -> None:
    """Note that the service takes it again, inside `writing()`."""
    session.execute(
        _of(workspace_id, connection_id)
        .where(Connection.failing_since.is_not(None))
        .values(failing_since=None, last_error="")
    )


def wants(
    session: Session, workspace_id: uuid.UUID, *, connection_id: uuid.UUID, rights: str
) -> bool:
    """Note that it wants these rights, too, inside `writing()`; True if it wanted none before."""
    here = (Connection.workspace_id == workspace_id, Connection.id == connection_id)
    known = session.scalars(select(Connection.wanted_rights).where(*here)).one_or_none()
    if known is None:
        return False
    values: dict[str, Any] = {"wanted_rights": joined(known, rights, most_chars=MAX_WANTED_CHARS)}
    if not known:
        values["rights_wanted_since"] = clock.now()
    session.execute(_of(workspace_id, connection_id).values(values))
    return not known


def failing(session: Session, workspace_id: uuid.UUID) -> Sequence[Connection]:
    """Connections whose last use was refused, or that want more rights; the longest first."""
    return session.scalars(
        select(Connection)
        .where(Connection.workspace_id == workspace_id, _needs_somebody())
        .order_by(func.coalesce(Connection.failing_since, Connection.rights_wanted_since))
        .limit(MOST_SHOWN)
    ).all()


@cache
def count_failing() -> Select[int]:
    """How many such connections the workspace `here` has; for asking with other counts."""
    here = Connection.workspace_id == bindparam("here", type_=Id())
    return select(func.count()).select_from(Connection).where(here, _needs_somebody())


def _needs_somebody() -> ColumnElement[bool]:
    return or_(Connection.failing_since.is_not(None), Connection.rights_wanted_since.is_not(None))


def _of(workspace_id: uuid.UUID, connection_id: uuid.UUID) -> Any:
    wanted: Update = update(Connection).where(
        Connection.workspace_id == workspace_id, Connection.id == connection_id
    )
    return wanted.execution_options(synchronize_session=False)
