"""Setting budgets: how much may be spent in a day and in a month. Each act is audited."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail
from app.budgets import holding, words
from app.budgets.amounts import Amount
from app.budgets.models import Budget, Period, Scope
from app.budgets.periods import begun
from app.budgets.words import Named
from app.language_models.usage import today
from app.lib import clock, ids
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose budgets are set, and what it is called."""

    scope: Scope
    id: uuid.UUID
    named: Named


@dataclass(frozen=True, slots=True)
class Wish:
    """The most that may be spent in a period, in millionths of a dollar and in tokens."""

    max_cost: int | None = None
    max_tokens: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing limits it."""
        return self.max_cost is None and self.max_tokens is None


def of_subject(
    session: Session, workspace_id: uuid.UUID, subject_id: uuid.UUID
) -> dict[Period, Budget]:
    """The budgets of a workspace, an agent or a chat."""
    found = session.scalars(
        select(Budget).where(Budget.workspace_id == workspace_id, Budget.subject_id == subject_id)
    )
    return {one.period: one for one in found}


def set_limits(
    session: Session,
    workspace: Workspace,
    subject: Subject,
    wishes: dict[Period, Wish],
    *,
    by: uuid.UUID,
) -> None:
    """Set, change or remove the budgets of a subject; inside `writing()`.

    What was used in the period so far counts; what was told of it is told anew if it comes to it.
    """
    trail.take_turn(session)
    known = of_subject(session, workspace.id, subject.id)
    for period, wish in wishes.items():
        budget = known.get(period)
        if wish.is_empty:
            if budget is not None:
                session.delete(budget)
                _record(session, "budget_removed", workspace, subject, period, wish, by)
        elif budget is None or (budget.max_cost, budget.max_tokens) != (
            wish.max_cost,
            wish.max_tokens,
        ):
            budget = budget or _new(workspace, subject, period)
            budget.max_cost, budget.max_tokens = wish.max_cost, wish.max_tokens
            budget.set_at, budget.set_by = clock.now(), by
            budget.warned_on = budget.stopped_on = None
            session.add(budget)
            session.flush()
            holding.recount(session, budget, today=today(workspace.timezone))
            _record(session, "budget_set", workspace, subject, period, wish, by)
    session.flush()


def _new(workspace: Workspace, subject: Subject, period: Period) -> Budget:
    return Budget(
        id=ids.new_id(),
        workspace_id=workspace.id,
        scope=subject.scope,
        subject_id=subject.id,
        agent_id=subject.id if subject.scope is Scope.AGENT else None,
        chat_id=subject.id if subject.scope is Scope.CHAT else None,
        period=period,
        begun=begun(period, today(workspace.timezone)),
    )


def _record(
    session: Session,
    action: str,
    workspace: Workspace,
    subject: Subject,
    period: Period,
    wish: Wish,
    by: uuid.UUID,
) -> None:
    limits = words.limits(wish.max_cost, wish.max_tokens, Amount())
    much = " or ".join(one.said(one.most) for one in limits)
    whose = "a chat" if subject.scope is Scope.CHAT else subject.named.whose
    trail.record(
        session,
        action,
        workspace_id=workspace.id,
        actor_id=by,
        subject=f"{whose}: {much + ' ' if much else ''}a {period}",
        details={"scope": subject.scope.value, "id": str(subject.id), "period": period.value},
    )
