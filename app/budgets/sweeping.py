"""Gives back what dead workers held, and counts budgets anew from what was used."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.budgets import holding
from app.budgets.models import Budget, Reservation
from app.language_models.usage import today
from app.lib import clock
from app.workspaces.models import Workspace

EVERY_S = 10.0
NEW_FOR = timedelta(minutes=2)  # a worker may know of a new budget some seconds late
MAX_AT_ONCE = 500


def give_back_lost(sessions: Callable[[], Session], turn: AbstractContextManager[object]) -> int:
    """Give back what is held for questions whose time is long over; for how many."""
    with sessions() as session:
        wanted = select(Reservation.id).where(Reservation.until < clock.now()).distinct()
        lost = session.scalars(wanted.limit(MAX_AT_ONCE)).all()
        for hold_id in lost:
            with turn, database.writing(session):
                holding.give_back(session, hold_id)
    return len(lost)


def recount_new(sessions: Callable[[], Session], turn: AbstractContextManager[object]) -> None:
    """Count the budgets anew that were made just now."""
    _recount(sessions, turn, newer_only=True)


def recount_all(sessions: Callable[[], Session], turn: AbstractContextManager[object]) -> None:
    """Count every budget anew: what people tried in Settings was not held before."""
    _recount(sessions, turn, newer_only=False)


def _recount(
    sessions: Callable[[], Session], turn: AbstractContextManager[object], *, newer_only: bool
) -> None:
    wanted = (
        select(Budget, Workspace.timezone)
        .join(Workspace, Workspace.id == Budget.workspace_id)
        .order_by(Budget.id)
    )
    if newer_only:
        wanted = wanted.where(Budget.set_at > clock.now() - NEW_FOR)
    with sessions() as session:
        found = [(row.Budget, row.timezone) for row in session.execute(wanted)]
        for budget, timezone in found:
            with turn, database.writing(session):
                holding.recount(session, budget, today=today(timezone))
