"""The fixtures of budgets: runs of the harbour, and budgets that they spend."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from app import database, ports
from app.budgets.models import Budget, Period, Scope
from app.language_models.usage import today
from app.runs.models import Run
from tests.cast import Cast
from tests.runs.conftest import (
    StartRun,
    agent,
    browser,
    house,
    make_agent,
    nursery,
    start_run,
)

__all__ = ["agent", "browser", "house", "make_agent", "nursery", "start_run"]

MakeBudget = Callable[..., Budget]


@pytest.fixture
def sessions(engine: Engine) -> "sessionmaker[Session]":
    """Sessions as workers open them."""
    ports.fill()
    return database.session_factory(engine)


@pytest.fixture
def run(agent: object, start_run: StartRun) -> Run:
    """A run of Ben's agent that he started."""
    return start_run(agent)


@pytest.fixture
def make_budget(session: Session, cast: Cast) -> MakeBudget:
    """Makes a budget of the harbour, as nobody asked whether one may."""

    def make(
        scope: Scope = Scope.WORKSPACE,
        subject: uuid.UUID | None = None,
        *,
        period: Period = Period.DAY,
        cost: int | None = None,
        tokens: int | None = None,
    ) -> Budget:
        first = today(cast.harbour.timezone)
        with database.writing(session):
            budget = Budget(
                workspace_id=cast.harbour.id,
                scope=scope,
                subject_id=subject or cast.harbour.id,
                agent_id=subject if scope is Scope.AGENT else None,
                chat_id=subject if scope is Scope.CHAT else None,
                period=period,
                max_cost=cost,
                max_tokens=tokens,
                begun=first if period is Period.DAY else first.replace(day=1),
            )
            session.add(budget)
        return budget

    return make


def read(session: Session, budget_id: uuid.UUID) -> Budget:
    """The budget as it stands now."""
    session.rollback()
    wanted = select(Budget).where(Budget.id == budget_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()
