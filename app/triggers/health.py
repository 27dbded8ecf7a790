"""Triggers that need somebody: schedules that did not run, and what cannot fire any more."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from app.agents.models import Agent, AgentStatus
from app.lib import clock, recurrence
from app.model import UtcTime
from app.triggers.lateness import LATE_AFTER
from app.triggers.models import Trigger, TriggerKind
from app.workspaces.models import Workspace

DEAD_AFTER = timedelta(minutes=5)
MOST_SHOWN = 50
NO_WORKER = "Its time has passed and no run has begun. Lamplight's workers may not be running."


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trigger that needs somebody. `path` leads to where it can be mended."""

    agent_id: uuid.UUID
    agent: str
    words: str
    since: datetime
    sentence: str
    path: str


def missed(session: Session, workspace: Workspace, now: datetime | None = None) -> list[Trouble]:
    """Schedules of agents that are on whose due time passed minutes ago without a run."""
    moment = now or clock.now()
    late = _of(
        session,
        workspace,
        Trigger.kind == TriggerKind.SCHEDULE,
        Trigger.next_due < moment - LATE_AFTER,
    )
    return [
        Trouble(
            agent_id=one.agent_id,
            agent=one.agent.name,
            words=recurrence.words(one.settings.get("schedule")),
            since=one.next_due or moment,
            sentence=one.last_error if one.failing_since and one.last_error else NO_WORKER,
            path=f"/w/{workspace.slug}/schedules",
        )
        for one in late
    ]


def dead(session: Session, workspace: Workspace, now: datetime | None = None) -> list[Trouble]:
    """Mailboxes and other triggers of agents that are on which have failed for minutes."""
    limit = (now or clock.now()) - DEAD_AFTER
    failing = _of(
        session,
        workspace,
        Trigger.kind != TriggerKind.SCHEDULE,
        Trigger.failing_since < limit,
    )
    return [
        Trouble(
            agent_id=one.agent_id,
            agent=one.agent.name,
            words=one.name,
            since=one.failing_since or limit,
            sentence=one.last_error or "",
            path=f"/w/{workspace.slug}/agents/{one.agent.slug}",
        )
        for one in failing
    ]


@cache
def count_missed() -> Select[int]:
    """How many schedules of the workspace `here` were due before `late` and have not run."""
    limit = bindparam("late", type_=UtcTime())
    return _count(Trigger.kind == TriggerKind.SCHEDULE, Trigger.next_due < limit)


@cache
def count_dead() -> Select[int]:
    """How many other triggers of the workspace `here` have failed since before `dead`."""
    limit = bindparam("dead", type_=UtcTime())
    return _count(Trigger.kind != TriggerKind.SCHEDULE, Trigger.failing_since < limit)


def _count(*conditions: ColumnElement[bool]) -> Select[int]:
    here = Trigger.workspace_id == bindparam("here")
    counted = select(func.count()).select_from(Trigger).join(Trigger.agent)
    return counted.where(here, Trigger.is_present, Agent.status == AgentStatus.ACTIVE, *conditions)


def _of(
    session: Session, workspace: Workspace, *conditions: ColumnElement[bool]
) -> Sequence[Trigger]:
    return session.scalars(
        select(Trigger)
        .join(Trigger.agent)
        .options(contains_eager(Trigger.agent))
        .where(
            Trigger.workspace_id == workspace.id,
            Trigger.is_present,
            Agent.status == AgentStatus.ACTIVE,
            *conditions,
        )
        .order_by(Trigger.id)
        .limit(MOST_SHOWN)
    ).all()
