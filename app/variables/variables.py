"""What can be done with a variable; what people do leaves an audit event."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import trail
from app.engine.values import Json
from app.lib import clock
from app.variables import directory
from app.variables.models import Variable, VariableKind
from app.variables.values import kind_of, settled

MAX_VARIABLES = 200


class VariableRefused(ValueError):
    """A wish that cannot be fulfilled; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def create(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    by: uuid.UUID,
    name: str,
    kind: VariableKind,
    value: Json,
    description: str = "",
) -> Variable:
    """Make a variable with a settled value. Raises VariableRefused."""
    trail.take_turn(session)
    if directory.by_name(session, workspace_id, name=name) is not None:
        raise VariableRefused("Another variable has this name. Choose a different one.")
    variable = _new(session, workspace_id, name, kind, value)
    variable.description, variable.updated_by = description, by
    _record(session, "variable_made", variable, by=by)
    return variable


def change(
    session: Session,
    variable: Variable,
    *,
    by: uuid.UUID,
    kind: VariableKind,
    value: Json,
    description: str,
) -> None:
    """Change value, kind and description; the name stays, because steps use it."""
    variable.kind, variable.value, variable.description = kind, value, description
    variable.updated_at, variable.updated_by, variable.updated_run = clock.now(), by, None
    _record(session, "variable_changed", variable, by=by)


def delete(session: Session, variable: Variable, *, by: uuid.UUID) -> None:
    """Delete a variable; steps that use it fail from then on."""
    _record(session, "variable_deleted", variable, by=by)
    session.delete(variable)
    session.flush()


def set_by_run(
    session: Session, workspace_id: uuid.UUID, *, run_id: uuid.UUID, name: str, value: Json
) -> Json:
    """What a step sets; returns what was there before. Raises VariableRefused, ValueRefused."""
    variable = session.scalars(
        select(Variable)
        .where(Variable.workspace_id == workspace_id, Variable.name == name)
        .with_for_update()
    ).one_or_none()
    if variable is None:
        # Two runs that make it at once take turns here, and the second finds it made.
        trail.take_turn(session)
        variable = directory.by_name(session, workspace_id, name=name)
    before = None if variable is None else variable.value
    if variable is None:
        variable = _new(session, workspace_id, name, kind_of(value), value)
    variable.value = settled(variable.kind, value)
    variable.updated_at, variable.updated_by, variable.updated_run = clock.now(), None, run_id
    session.flush()
    return before


def _new(
    session: Session, workspace_id: uuid.UUID, name: str, kind: VariableKind, value: Json
) -> Variable:
    query = select(func.count()).select_from(Variable)
    if (session.scalar(query.where(Variable.workspace_id == workspace_id)) or 0) >= MAX_VARIABLES:
        raise VariableRefused(
            f"A workspace can have {MAX_VARIABLES} variables. Delete one that is not needed, "
            "or keep the values in a table."
        )
    variable = Variable(workspace_id=workspace_id, name=name, kind=kind, value=value)
    session.add(variable)
    session.flush()
    return variable


def _record(session: Session, action: str, variable: Variable, *, by: uuid.UUID) -> None:
    trail.record(
        session,
        action,
        workspace_id=variable.workspace_id,
        actor_id=by,
        subject=f"variable “{variable.name}”",
        details={"variable": variable.name, "kind": variable.kind.value},
    )
