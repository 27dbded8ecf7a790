"""Finding variables, always from their workspace."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import cast

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from app.engine.values import Json
from app.variables.models import Variable


def values_of(session: Session, workspace_id: uuid.UUID) -> dict[str, Json]:
    """What a run sees as `vars`: every variable's value by its name."""
    rows = session.connection().execute(_values(), {"workspace": workspace_id})
    return {row.name: row.value for row in rows}


def names_of(session: Session, workspace_id: uuid.UUID) -> frozenset[str]:
    """The names of the workspace's variables, for the check of a flow."""
    return frozenset(session.scalars(_names(), {"workspace": workspace_id}))


@cache
def _names() -> Select[str]:
    return select(Variable.name).where(Variable.workspace_id == bindparam("workspace"))


def all_of(session: Session, workspace_id: uuid.UUID, *, words: str = "") -> Sequence[Variable]:
    """The variables of this workspace by name; those with `words` in name or description."""
    query = select(Variable).where(Variable.workspace_id == workspace_id).order_by(Variable.name)
    if words:
        has = Variable.name.icontains(words, autoescape=True)
        query = query.where(has | Variable.description.icontains(words, autoescape=True))
    return session.scalars(query).all()


def by_name(session: Session, workspace_id: uuid.UUID, *, name: str) -> Variable | None:
    """The variable with this name in this workspace."""
    return session.scalars(
        select(Variable).where(Variable.workspace_id == workspace_id, Variable.name == name)
    ).one_or_none()


@cache  # every claim of a run asks: building the statement would cost more than running it
def _values() -> Select[tuple[str, Json]]:
    table = cast(Table, Variable.__table__)
    return select(table.c.name, table.c.value_json.label("value")).where(
        table.c.workspace_id == bindparam("workspace")
    )
