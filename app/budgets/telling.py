"""Telling people that a budget is nearly spent, or spent: once in its period."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.budgets import ports, words
from app.budgets.amounts import Amount
from app.budgets.holding import Standing
from app.budgets.models import Budget, Period, Scope
from app.budgets.words import Limit, Named
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.workspaces.models import Workspace

WARN_AT = 0.8


def warn(session: Session, workspace_id: uuid.UUID, rows: Sequence[Any], timezone: str) -> None:
    """Tell of those budgets, as they were just settled, of which most is spent."""
    for row in rows:
        spent = Amount(row.spent_cost, row.spent_tokens)
        full = [
            limit
            for limit in words.limits(row.max_cost, row.max_tokens, spent)
            if limit.share >= WARN_AT
        ]
        if not full or row.warned_on == row.begun:
            continue
        named = name_of(session, workspace_id, row.scope, row.subject_id)
        limit = max(full, key=lambda one: one.share)
        share = f"{limit.share:.0%}".replace("%", " %")
        _mark(session, workspace_id, row.id, warned_on=row.begun)
        _tell(
            session,
            workspace_id,
            row,
            subject=f"{share} of the budget of {named.whose} is spent",
            text=words.nearly(named, limit, period=row.period, first=row.begun, timezone=timezone),
            key="nearly",
        )


def stopped(
    session: Session,
    workspace_id: uuid.UUID,
    standing: Standing,
    sentence: str,
) -> None:
    """Tell that a budget has stopped a run; once in its period. Inside `writing()`."""
    if standing.stopped_on == standing.begun:
        return
    named = name_of(session, workspace_id, standing.known.scope, standing.known.subject_id)
    _mark(session, workspace_id, standing.id, stopped_on=standing.begun)
    _tell(
        session,
        workspace_id,
        standing.known,
        subject=f"The budget of {named.whose} is spent",
        text=sentence,
        key="spent",
        first=standing.begun,
    )


def name_of(session: Session, workspace_id: uuid.UUID, scope: Scope, subject: uuid.UUID) -> Named:
    """What people call it."""
    if scope is Scope.AGENT:
        name = session.scalars(
            select(Agent.name).where(Agent.workspace_id == workspace_id, Agent.id == subject)
        ).one_or_none()
        return Named(scope, name or "")
    if scope is Scope.CHAT:
        chat = ports.chats(session, workspace_id, frozenset((subject,))).get(subject)
        return Named(scope, chat.title, chat.owner_name) if chat else Named(scope, "")
    return Named(scope, "")


def refusal(
    session: Session,
    workspace_id: uuid.UUID,
    standing: Standing,
    limit: Limit,
    asked: int | None,
    timezone: str,
) -> str:
    """Why this budget lets a question not be asked, or a run not begin."""
    named = name_of(session, workspace_id, standing.known.scope, standing.known.subject_id)
    return words.refusal(
        named,
        limit,
        asked,
        period=standing.known.period,
        first=standing.begun,
        timezone=timezone,
    )


def _mark(session: Session, workspace_id: uuid.UUID, budget_id: uuid.UUID, **on: date) -> None:
    session.execute(
        update(Budget)
        .where(Budget.workspace_id == workspace_id, Budget.id == budget_id)
        .values(**on)
        .execution_options(synchronize_session=False)
    )


def _tell(
    session: Session,
    workspace_id: uuid.UUID,
    budget: Any,
    *,
    subject: str,
    text: str,
    key: str,
    first: date | None = None,
) -> None:
    """A chat's budget is its owner's matter; the others are told as failures are."""
    slug = session.scalars(select(Workspace.slug).where(Workspace.id == workspace_id)).one()
    scope, subject_id, to = budget.scope, budget.subject_id, None
    if scope is Scope.CHAT:
        chat = ports.chats(session, workspace_id, frozenset((subject_id,))).get(subject_id)
        to = [chat.owner_id] if chat else []
    period: Period = budget.period
    begun = first or budget.begun
    tell(
        session,
        workspace_id=workspace_id,
        kind=NoticeKind.BUDGET,
        subject=subject,
        text=text,
        path=f"/w/{slug}/budgets",
        agent_id=subject_id if scope is Scope.AGENT else None,
        to=to,
        key=f"budget {key} {scope} {subject_id} {period} {begun}",
    )
