"""The schedules of a workspace as pages show them: words, next time, and what the last one did."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.agents.models import Agent, AgentStatus
from app.engine.states import RunStatus
from app.lib import clock, recurrence
from app.runs.models import Run
from app.triggers.lateness import is_late
from app.triggers.models import Trigger, TriggerKind
from app.triggers.schedule_models import ScheduleFire
from app.workspaces.models import Workspace

PAGE_SIZE = 30
SHOWN_AHEAD = 5
# Schedules that wait for nothing come last.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LastTime:
    """The last due time of a schedule and its run; None where there was none or it is gone."""

    due: datetime
    run_id: uuid.UUID | None
    status: RunStatus | None
    run_reason: str | None
    why_not: str


@dataclass(frozen=True, slots=True)
class ListedSchedule:
    """One line of the list."""

    trigger: Trigger
    agent: Agent
    words: str
    zone: str
    ahead: tuple[str, ...]
    last: LastTime | None
    is_late: bool

    @property
    def next_due(self) -> datetime | None:
        """When it is due next; None while its agent is off."""
        return self.trigger.next_due


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """One page, the next due first; `after` is the key that the next page follows."""

    schedules: Sequence[ListedSchedule]
    after: str | None


def list_page(
    session: Session, workspace: Workspace, *, words: str = "", after: str = ""
) -> SchedulePage:
    """Schedules of agents that are not put away, whose name or agent has `words` in it."""
    wanted = _all_of(workspace.id).limit(PAGE_SIZE + 1)
    if words:
        wanted = wanted.where(
            or_(
                Agent.name.icontains(words, autoescape=True),
                Trigger.name.icontains(words, autoescape=True),
            )
        )
    key = _read_key(after)
    if key is not None:
        wanted = wanted.where(_behind(*key))
    found = session.scalars(wanted).all()
    triggers = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return SchedulePage(
        _listed(session, workspace, triggers), _write_key(triggers[-1]) if more else None
    )


def next_three(session: Session, workspace: Workspace) -> Sequence[ListedSchedule]:
    """The schedules that are due next, without what they did last."""
    found = session.scalars(_next_three(), {"here": workspace.id})
    return [_line(one, workspace, None) for one in found]


@cache  # Home asks for it each time, and building it costs more than running it
def _next_three() -> Select[Trigger]:
    return _all_of(bindparam("here")).where(Trigger.next_due.is_not(None)).limit(3)


def _all_of(workspace_id: Any) -> Select[Trigger]:
    due = func.coalesce(Trigger.next_due, NEVER)
    return (
        select(Trigger)
        .join(Trigger.agent)
        .options(contains_eager(Trigger.agent))
        .where(
            Trigger.workspace_id == workspace_id,
            Trigger.kind == TriggerKind.SCHEDULE,
            Trigger.is_present,
            Agent.status != AgentStatus.ARCHIVED,
        )
        .order_by(due, Trigger.id)
    )


def _behind(due: datetime, trigger_id: uuid.UUID) -> Any:
    its_due = func.coalesce(Trigger.next_due, NEVER)
    return or_(its_due > due, and_(its_due == due, Trigger.id > trigger_id))


def _write_key(trigger: Trigger) -> str:
    moment = trigger.next_due.isoformat() if trigger.next_due else ""
    return f"{moment}~{trigger.id}"


def _read_key(typed: str) -> tuple[datetime, uuid.UUID] | None:
    moment, _, trigger_id = typed.partition("~")
    try:
        due = datetime.fromisoformat(moment) if moment else NEVER
        return (due if due.tzinfo else due.replace(tzinfo=UTC)), uuid.UUID(trigger_id)
    except ValueError:
        return None


def _listed(
    session: Session, workspace: Workspace, triggers: Sequence[Trigger]
) -> list[ListedSchedule]:
    last = _last_times(session, [one.id for one in triggers])
    return [_line(one, workspace, last.get(one.id)) for one in triggers]


def _line(trigger: Trigger, workspace: Workspace, last: LastTime | None) -> ListedSchedule:
    schedule, now = trigger.settings.get("schedule"), clock.now()
    zone = recurrence.zone_of(schedule, workspace.timezone)
    ahead = recurrence.upcoming(schedule, now, SHOWN_AHEAD, timezone=workspace.timezone)
    return ListedSchedule(
        trigger=trigger,
        agent=trigger.agent,
        words=recurrence.words(schedule),
        zone=zone,
        ahead=tuple(recurrence.on_the_clock(one, zone) for one in ahead),
        last=last,
        is_late=trigger.next_due is not None and is_late(trigger.next_due, now),
    )


def _last_times(session: Session, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, LastTime]:
    if not ids:
        return {}
    latest = (
        select(ScheduleFire.trigger_id, func.max(ScheduleFire.due).label("due"))
        .where(ScheduleFire.trigger_id.in_(ids))
        .group_by(ScheduleFire.trigger_id)
        .subquery()
    )
    rows = session.execute(
        select(ScheduleFire, Run.id, Run.status, Run.reason)
        .join(
            latest,
            and_(ScheduleFire.trigger_id == latest.c.trigger_id, ScheduleFire.due == latest.c.due),
        )
        .outerjoin(
            Run,
            and_(Run.workspace_id == ScheduleFire.workspace_id, Run.id == ScheduleFire.run_id),
        )
    )
    return {
        fire.trigger_id: LastTime(fire.due, run_id, status, reason, fire.reason)
        for fire, run_id, status, reason in rows
    }
