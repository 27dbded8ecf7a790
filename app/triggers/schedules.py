"""Schedules come due: each due time makes one run, however many workers look at the clock.

Nothing due is lost while no worker runs: afterwards the latest of the missed times is made up
for, once, and the row of that time says how many were missed.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from app import database
from app.lib import clock, recurrence
from app.runs.models import Lane
from app.triggers import lateness
from app.triggers.firing import Fired, fire
from app.triggers.models import Trigger, TriggerKind
from app.triggers.schedule_models import ScheduleFire
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

EVERY_S = 1.0
AT_ONCE = 200  # schedules looked at in one go
COUNT_MISSED_UP_TO = 1_000
TRY_AGAIN_AFTER = timedelta(seconds=30)
KEEP_FIRES = timedelta(days=30)
MAX_REASON_CHARS = 200
CANNOT_START = "The run could not be started. Lamplight tries again every half a minute."

log = logging.getLogger(__name__)
Sessions = Callable[[], Session]
Turn = AbstractContextManager[object]  # one that can be entered again and again


class DueSchedules:
    """Looks at the clock and fires what is due; one per process that keeps the timetable."""

    def __init__(self) -> None:
        self._not_before: dict[uuid.UUID, datetime] = {}

    def fire_due(
        self, sessions: Sessions, keyring: Keyring, turn: Turn, *, now: datetime | None = None
    ) -> set[Lane]:
        """Start the run of every schedule that is due; gives the lanes to ring for.

        `turn` is entered around each write transaction; `now` is the present by default.
        """
        moment = now or clock.now()
        with sessions() as session:
            due = _due(session, moment)
        due = [one for one in due if self._not_before.get(one, moment) <= moment]
        lanes: set[Lane] = set()
        for trigger_id in due:
            try:
                with sessions() as session, turn, database.writing(session):
                    lane = fire_one(session, keyring, trigger_id, now=moment)
                lanes |= {lane} if lane else set()
            except Exception:
                # One schedule that cannot start must not keep the others from starting.
                log.exception("the schedule %s could not be started", trigger_id)
                self._not_before[trigger_id] = moment + TRY_AGAIN_AFTER
                _note_failure(sessions, turn, trigger_id, moment)
        return lanes


def fire_one(
    session: Session, keyring: Keyring, trigger_id: uuid.UUID, *, now: datetime
) -> Lane | None:
    """Fire this schedule if it is (still) due; call inside `writing()`. The lane to ring for."""
    trigger = session.scalars(
        select(Trigger)
        .where(Trigger.id == trigger_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if trigger is None or not trigger.is_present or not _is_due(trigger, now):
        return None
    timezone = _timezone(session, trigger)
    first_due = trigger.next_due or now
    due, missed = _latest(trigger, first_due, now, timezone)
    occurrence = _taken(session, trigger, due, missed)
    fired = Fired(None)
    if occurrence is not None:
        fired = _start(session, keyring, trigger, occurrence, timezone=timezone)
        lateness.tell_of_run(
            session, trigger, first_due=first_due, missed=missed, fired=fired, now=now
        )
    trigger.next_due = _following(trigger, now, timezone)
    trigger.failing_since, trigger.last_error = None, fired.reason or None
    return fired.run.lane if fired.run else None


def forget_old(session: Session, *, now: datetime | None = None) -> None:
    """Forget due times long past, except each schedule's latest; call inside `writing()`."""
    later = aliased(ScheduleFire)
    has_later = (
        select(later.id)
        .where(later.trigger_id == ScheduleFire.trigger_id, later.due > ScheduleFire.due)
        .exists()
    )
    limit = (now or clock.now()) - KEEP_FIRES
    session.execute(delete(ScheduleFire).where(ScheduleFire.due < limit, has_later))


def _due(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Trigger.id)
        .where(Trigger.kind == TriggerKind.SCHEDULE, Trigger.next_due <= now)
        .order_by(Trigger.next_due)
        .limit(AT_ONCE)
    ).all()


def _is_due(trigger: Trigger, now: datetime) -> bool:
    return trigger.next_due is not None and trigger.next_due <= now


def _latest(
    trigger: Trigger, first_due: datetime, now: datetime, timezone: str
) -> tuple[datetime, int]:
    """The latest due time up to now, and how many from the first one on were missed."""
    schedule = trigger.settings.get("schedule")
    latest = recurrence.last_up_to(schedule, now, since=first_due, timezone=timezone)
    if latest is None:
        return first_due, 0
    between = recurrence.upcoming(schedule, first_due, COUNT_MISSED_UP_TO, timezone=timezone)
    return latest, 1 + sum(1 for one in between if one < latest)


def _taken(session: Session, trigger: Trigger, due: datetime, missed: int) -> ScheduleFire | None:
    """This occurrence's row; None when another worker has made it."""
    occurrence = ScheduleFire(
        workspace_id=trigger.workspace_id, trigger_id=trigger.id, due=due, missed=missed
    )
    try:
        with session.begin_nested():
            session.add(occurrence)
    except IntegrityError:
        return None
    return occurrence


def _start(
    session: Session,
    keyring: Keyring,
    trigger: Trigger,
    occurrence: ScheduleFire,
    *,
    timezone: str,
) -> Fired:
    schedule = trigger.settings.get("schedule")
    zone = recurrence.zone_of(schedule, timezone)
    before = _previous(session, trigger, occurrence.due)
    fired = fire(
        session,
        keyring,
        trigger,
        payload={
            "due": recurrence.in_zone(occurrence.due, zone),
            "previous_due": recurrence.in_zone(before, zone) if before else None,
            "missed": occurrence.missed,
        },
        key=f"schedule:{trigger.id}:{occurrence.due.isoformat()}",
        words=f"Schedule: {recurrence.words(schedule)}",
    )
    occurrence.run_id = fired.run.id if fired.run else None
    occurrence.reason = fired.reason[:MAX_REASON_CHARS]
    return fired


def _previous(session: Session, trigger: Trigger, due: datetime) -> datetime | None:
    return session.scalar(
        select(ScheduleFire.due)
        .where(ScheduleFire.trigger_id == trigger.id, ScheduleFire.due < due)
        .order_by(ScheduleFire.due.desc())
        .limit(1)
    )


def _following(trigger: Trigger, now: datetime, timezone: str) -> datetime | None:
    if not trigger.agent.is_on:
        return None
    return recurrence.next_after(trigger.settings.get("schedule"), now, timezone=timezone)


def _timezone(session: Session, trigger: Trigger) -> str:
    return session.scalars(
        select(Workspace.timezone).where(Workspace.id == trigger.workspace_id)
    ).one()


def _note_failure(sessions: Sessions, turn: Turn, trigger_id: uuid.UUID, now: datetime) -> None:
    """Say on its row that it cannot start; its due time stays, so that it is tried again."""
    try:
        with sessions() as session, turn, database.writing(session):
            trigger = session.scalars(select(Trigger).where(Trigger.id == trigger_id)).one()
            trigger.failing_since = trigger.failing_since or now
            trigger.last_error = CANNOT_START
            lateness.tell_of_failure(session, trigger, now=now)
    except SQLAlchemyError:
        log.exception("the failure of the schedule %s could not be noted", trigger_id)
