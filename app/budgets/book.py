"""Which budgets a workspace has, as one process knows them: looked up every few seconds."""

import uuid
from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Select, bindparam, select
from sqlalchemy.orm import Session

from app.budgets.account import Whose
from app.budgets.models import Budget, Period, Scope
from app.prepared import Prepared


class Known(NamedTuple):
    """One budget: whose it is, and for how long."""

    id: uuid.UUID
    scope: Scope
    subject_id: uuid.UUID
    period: Period

    def counts(self, whose: Whose) -> bool:
        """Whether what is spent for somebody is spent of this budget."""
        if self.scope is Scope.WORKSPACE:
            return True
        return self.subject_id == (whose.agent_id if self.scope is Scope.AGENT else whose.chat_id)


class Book:
    """Kept by a worker process for all its runs. Threads may ask at once."""

    KEPT_S = 5.0
    MAX_WORKSPACES = 10_000

    def __init__(self, *, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._known: dict[uuid.UUID, tuple[float, tuple[Known, ...]]] = {}

    def of(self, sessions: Callable[[], Session], workspace_id: uuid.UUID) -> tuple[Known, ...]:
        """The budgets of a workspace in the order in which they are changed; mostly none."""
        until, known = self._known.get(workspace_id, (0.0, ()))
        if until < monotonic():
            with sessions() as session:
                known = budgets_of(session, workspace_id)
            if len(self._known) >= self.MAX_WORKSPACES:
                self._known.clear()
            self._known[workspace_id] = (monotonic() + self._kept_s, known)
        return known


def budgets_of(session: Session, workspace_id: uuid.UUID) -> tuple[Known, ...]:
    """All budgets of a workspace, by id: who changes several never waits in a circle."""
    rows = _BUDGETS.rows(session.connection(), {"here": workspace_id})
    return tuple(Known._make(row) for row in rows)


def _budgets(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return (
        select(Budget.id, Budget.scope, Budget.subject_id, Budget.period)
        .where(Budget.workspace_id == bindparam("here", type_=Budget.workspace_id.type))
        .order_by(Budget.id)
    )


_BUDGETS = Prepared(_budgets)  # every message in a chat asks for them
