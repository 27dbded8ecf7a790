"""For whom a run spends: its agent, and the person and the chat that set it off."""

import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Select, bindparam, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.budgets import ports
from app.engine.states import TriggerType
from app.prepared import Prepared
from app.runs.models import Run
from app.workspaces.models import Workspace

MAX_DEPTH = 20


class Whose(NamedTuple):
    """Who pays. A run that another one started spends for whoever set that one off."""

    agent_id: uuid.UUID
    user_id: uuid.UUID | None
    chat_id: uuid.UUID | None
    timezone: str


@dataclass(slots=True)
class Account:
    """For whom one run spends; asked of the database once, when the run first asks a model."""

    workspace_id: uuid.UUID
    run_id: uuid.UUID
    _known: Whose | None = field(default=None, init=False)

    def whose(self, session: Session) -> Whose:
        """Whose it is."""
        if self._known is None:
            self._known = whose_of(session, self.workspace_id, self.run_id)
        return self._known


def whose_of(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> Whose:
    """For whom a run spends. Raises NoResultFound for a run that is gone."""
    first = row = _read(session, workspace_id, run_id)
    for _ in range(MAX_DEPTH):
        if row.parent_run is None:
            break
        row = _read(session, workspace_id, row.parent_run)
    is_chat = row.trigger_type is TriggerType.CHAT
    chat_id = ports.chat_of_run(session, workspace_id, row.id) if is_chat else None
    return Whose(first.agent_id, row.started_by, chat_id, first.timezone)


def _read(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> Any:
    row = _run.row(session.connection(), {"here": workspace_id, "run": run_id})
    if row is None:
        raise NoResultFound("The run is gone.")
    return row


def _of_run(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Run.id,
            Run.agent_id,
            Run.parent_run,
            Run.started_by,
            Run.trigger_type,
            Workspace.timezone,
        )
        .join(Workspace, Workspace.id == Run.workspace_id)
        .where(Run.workspace_id == bindparam("here"), Run.id == bindparam("run"))
    )


_run = Prepared(_of_run)  # every run that asks a model asks for it
