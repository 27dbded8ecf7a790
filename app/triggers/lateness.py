"""Says when a schedule did not run at its time: late, left out, or not at all."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.lib import recurrence
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.triggers.firing import Fired
from app.triggers.models import Trigger
from app.workspaces.models import Workspace

LATE_AFTER = timedelta(minutes=5)


def is_late(due: datetime, now: datetime) -> bool:
    """Whether a due time has passed for so long that somebody should hear of it."""
    return now - due > LATE_AFTER


def tell_of_run(
    session: Session,
    trigger: Trigger,
    *,
    first_due: datetime,
    missed: int,
    fired: Fired,
    now: datetime,
) -> None:
    """Tell people when this run comes late or makes up for others; inside `writing()`."""
    if not is_late(first_due, now):
        return
    since = _there(session, trigger, first_due)
    when = f"due {missed + 1:,} times since {since}" if missed else f"due at {since}"
    why = "could not be started then" if trigger.failing_since else "no worker was running then"
    went = "It runs now, once." if fired.run else f"It does not run now: {fired.reason}"
    _tell(
        session,
        trigger,
        subject=f"“{trigger.agent.name}” did not run when it was due",
        text=f"It was {when}, and {why}. {went}",
        due=first_due,
    )


def tell_of_failure(session: Session, trigger: Trigger, *, now: datetime) -> None:
    """Tell people that a schedule's run cannot be started, once it is late."""
    due = trigger.next_due
    if due is None or not is_late(due, now):
        return
    _tell(
        session,
        trigger,
        subject=f"“{trigger.agent.name}” cannot start at its time",
        text=f"It was due at {_there(session, trigger, due)}. {trigger.last_error}",
        due=due,
    )


def _there(session: Session, trigger: Trigger, due: datetime) -> str:
    workspace = session.get_one(Workspace, trigger.workspace_id)
    zone = recurrence.zone_of(trigger.settings.get("schedule"), workspace.timezone)
    return recurrence.on_the_clock(due, zone)


def _tell(session: Session, trigger: Trigger, *, subject: str, text: str, due: datetime) -> None:
    workspace = session.get_one(Workspace, trigger.workspace_id)
    tell(
        session,
        workspace_id=trigger.workspace_id,
        kind=NoticeKind.NOT_RUN,
        subject=subject,
        text=text,
        path=f"/w/{workspace.slug}/schedules",
        agent_id=trigger.agent_id,
        key=f"not-run:{trigger.id}:{due.isoformat()}",
    )
