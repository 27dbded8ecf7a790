"""Budgets as pages show them: what is spent of them, and when they begin anew."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask import url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.budgets import holding, ports, words
from app.budgets.book import Known
from app.budgets.models import Budget, Period, Scope
from app.budgets.telling import WARN_AT
from app.budgets.words import Limit, Named
from app.language_models.usage import today
from app.workspaces.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One budget: `limits` with what is spent of each, `again` when it begins anew."""

    scope: Scope
    subject_id: uuid.UUID
    named: Named
    href: str
    period: Period
    begun: date
    limits: Sequence[Limit]
    again: str

    @property
    def fullest(self) -> Limit:
        """The limit of which most is spent."""
        return max(self.limits, key=lambda one: one.share)

    @property
    def state(self) -> str:
        """`spent`, `nearly` or `fine`."""
        share = self.fullest.share
        return "spent" if share >= 1 else "nearly" if share >= WARN_AT else "fine"


def all_shown(session: Session, workspace: Workspace, *, person_id: uuid.UUID) -> list[Shown]:
    """The workspace's budgets, those of agents, and those of this person's own chats."""
    found = session.scalars(select(Budget).where(Budget.workspace_id == workspace.id)).all()
    return _shown(session, workspace, found, person_id=person_id)


def shown_of(
    session: Session, workspace: Workspace, subjects: Collection[uuid.UUID]
) -> list[Shown]:
    """The budgets of these subjects."""
    given = {"here": workspace.id, "subjects": list(subjects)}
    found = session.scalars(_of_subjects(), given).all()
    return _shown(session, workspace, found, person_id=None) if found else []


@cache  # pages of agents and chats ask for it, and building it costs more than running it
def _of_subjects() -> Select[Budget]:
    return select(Budget).where(
        Budget.workspace_id == bindparam("here"),
        Budget.subject_id.in_(bindparam("subjects", expanding=True)),
    )


def _shown(
    session: Session,
    workspace: Workspace,
    budgets: Sequence[Budget],
    *,
    person_id: uuid.UUID | None,
) -> list[Shown]:
    """By kind, by name, a day before a month; chats only of this person, if one is given."""
    by_scope: dict[Scope, set[uuid.UUID]] = {scope: set() for scope in Scope}
    for one in budgets:
        by_scope[one.scope].add(one.subject_id)
    names = _names(session, workspace, by_scope, person_id)
    day = today(workspace.timezone)
    shown = [
        _one(workspace, one, day, *names[one.subject_id])
        for one in budgets
        if one.subject_id in names
    ]
    order = list(Scope)
    return sorted(shown, key=lambda one: (order.index(one.scope), one.named.name, one.period))


def _one(workspace: Workspace, budget: Budget, day: date, named: Named, href: str) -> Shown:
    known = Known(budget.id, budget.scope, budget.subject_id, budget.period)
    stands = holding.standing(budget, known, day)
    return Shown(
        scope=budget.scope,
        subject_id=budget.subject_id,
        named=named,
        href=href,
        period=budget.period,
        begun=stands.begun,
        limits=words.limits(stands.max_cost, stands.max_tokens, stands.spent),
        again=words.again(budget.period, stands.begun, workspace.timezone),
    )


def _names(
    session: Session,
    workspace: Workspace,
    wanted: dict[Scope, set[uuid.UUID]],
    person_id: uuid.UUID | None,
) -> dict[uuid.UUID, tuple[Named, str]]:
    """What the subjects are called, and where their budgets are set."""
    names = {
        one: (Named(Scope.WORKSPACE, ""), url_for("budgets.of_workspace"))
        for one in wanted[Scope.WORKSPACE]
    }
    if wanted[Scope.AGENT]:
        rows = session.execute(
            select(Agent.id, Agent.name, Agent.slug).where(
                Agent.workspace_id == workspace.id, Agent.id.in_(wanted[Scope.AGENT])
            )
        )
        for agent_id, name, slug in rows:
            href = url_for("budgets.of_agent", agent_slug=slug)
            names[agent_id] = (Named(Scope.AGENT, name), href)
    if wanted[Scope.CHAT]:
        chats = ports.chats(session, workspace.id, frozenset(wanted[Scope.CHAT]))
        for chat_id, chat in chats.items():
            if person_id in (None, chat.owner_id):
                named = Named(Scope.CHAT, chat.title, chat.owner_name)
                names[chat_id] = (named, url_for("budgets.of_chat", chat_id=chat_id))
    return names
