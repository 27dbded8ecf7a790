"""Runs as lists show them: a few columns of each, read without loading whole runs and agents."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.engine.states import RunMode, RunStatus, TriggerType
from app.runs.models import Run, seconds_between


class ListedRun(NamedTuple):
    """One line of a list; the fields are the columns of `listed()`, in its order."""

    id: uuid.UUID
    agent_name: str
    agent_icon: str
    status: RunStatus
    reason: str | None
    mode: RunMode
    summary: str
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    steps_done: int
    steps_total: int
    seq: int
    trigger_type: TriggerType
    trigger_words: str
    starter: str | None
    wake_at: datetime | None
    only_node_id: str | None
    agent_slug: str
    tokens: int
    cost: int
    unpriced: int

    @property
    def seconds(self) -> float | None:
        """How long it has taken so far, or took in all; None while it has not begun."""
        return seconds_between(self.started_at, self.finished_at)


def listed() -> Select[*tuple[Any, ...]]:
    """The columns of a `ListedRun`, of every run: to be narrowed, ordered and limited."""
    return (
        select(
            Run.id,
            Agent.name,
            Agent.icon,
            Run.status,
            Run.reason,
            Run.mode,
            Run.summary,
            Run.error_message,
            Run.created_at,
            Run.started_at,
            Run.finished_at,
            Run.steps_done,
            Run.steps_total,
            Run.seq,
            Run.trigger_type,
            Run.trigger_words,
            User.name,
            Run.wake_at,
            Run.only_node_id,
            Agent.slug,
            Run.tokens,
            Run.cost,
            Run.unpriced,
        )
        .join(Run.agent)
        .outerjoin(Run.starter)
    )


def read(
    session: Session, wanted: Select[*tuple[Any, ...]], *, given: Mapping[str, object]
) -> Sequence[ListedRun]:
    """The lines that a narrowed `listed()` finds once its parameters are given."""
    return [ListedRun._make(row) for row in session.execute(wanted, given)]
