"""How a connection stands with its service: since when it is refused, and that it works again."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from app.lib import clock
from app.model import Id
from app.vault.models import Connection

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


def failing(session: Session, workspace_id: uuid.UUID) -> Sequence[Connection]:
    """Connections whose last use was refused, those refused longest first."""
    return session.scalars(
        select(Connection)
        .where(Connection.workspace_id == workspace_id, Connection.failing_since.is_not(None))
        .order_by(Connection.failing_since)
        .limit(MOST_SHOWN)
    ).all()


@cache
def count_failing() -> Select[int]:
    """How many connections of the workspace `here` are refused; for asking with other counts."""
    here = Connection.workspace_id == bindparam("here", type_=Id())
    return (
        select(func.count())
        .select_from(Connection)
        .where(here, Connection.failing_since.is_not(None))
    )


def _of(workspace_id: uuid.UUID, connection_id: uuid.UUID) -> Any:
    wanted: Update = update(Connection).where(
        Connection.workspace_id == workspace_id, Connection.id == connection_id
    )
    return wanted.execution_options(synchronize_session=False)
