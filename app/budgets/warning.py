"""What budgets say before anybody asks a model: nothing, or that most or all of one is spent."""

import uuid
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.budgets import holding, telling, words
from app.budgets.account import Whose
from app.budgets.amounts import counted
from app.budgets.book import budgets_of
from app.budgets.holding import Standing
from app.budgets.purse import used_up
from app.language_models.models import NO_AGENT
from app.language_models.usage import Spent, today
from app.workspaces.models import Workspace


class Said(NamedTuple):
    """A sentence about a budget; `is_spent`: nothing will be asked any more."""

    sentence: str
    is_spent: bool


def warning(
    session: Session,
    workspace: Workspace,
    *,
    agent_id: uuid.UUID = NO_AGENT,
    chat_id: uuid.UUID | None = None,
) -> Said | None:
    """The worst that a budget of the workspace, the agent or the chat says; mostly nothing."""
    whose = Whose(agent_id, None, chat_id, workspace.timezone)
    known = [one for one in budgets_of(session, workspace.id) if one.counts(whose)]
    if not known:
        return None
    found = holding.standings(session, workspace.id, known, today(workspace.timezone))
    said = [one for stands in found if (one := _of(session, workspace, stands)) is not None]
    return max(said, key=lambda one: one.is_spent, default=None)


def why_not_ask(session: Session, workspace: Workspace) -> str:
    """Why a question that belongs to no agent is not asked; empty when it may be."""
    found = warning(session, workspace)
    return found.sentence if found is not None and found.is_spent else ""


def note_asked(session: Session, workspace: Workspace, spent: Spent) -> None:
    """Take what a question of no agent used from the budgets of the workspace.

    Inside `writing()`.
    """
    whose = Whose(NO_AGENT, None, None, workspace.timezone)
    known = [one for one in budgets_of(session, workspace.id) if one.counts(whose)]
    if known:
        day = today(workspace.timezone)
        rows = holding.settle(session, known, None, counted(spent), day=day)
        telling.warn(session, workspace.id, rows, workspace.timezone)


def _of(session: Session, workspace: Workspace, stands: Standing) -> Said | None:
    spent = used_up(stands)
    every = words.limits(stands.max_cost, stands.max_tokens, stands.spent)
    limit = spent or max(every, key=lambda one: one.share, default=None)
    if limit is None or (spent is None and limit.share < telling.WARN_AT):
        return None
    named = telling.name_of(session, workspace.id, stands.known.scope, stands.known.subject_id)
    said = words.spent if spent else words.nearly
    sentence = said(
        named,
        limit,
        period=stands.known.period,
        first=stands.begun,
        timezone=workspace.timezone,
    )
    return Said(sentence, is_spent=spent is not None)
