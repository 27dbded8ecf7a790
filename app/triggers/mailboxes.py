"""Watches the mailboxes of agents that are on, each on a thread of its own."""

import logging
import threading
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import database
from app.lib import clock
from app.lib.imap import MailboxTrouble
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.triggers.mailbox_look import Looked, Tools, look
from app.triggers.models import Trigger, TriggerKind
from app.workspaces.models import Workspace

EVERY_S = 5.0
LOOK_EVERY = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=15)
TELL_AFTER = timedelta(minutes=5)
MAX_THREADS = 8
BROKEN = "The mailbox could not be read. Lamplight tries again."

log = logging.getLogger(__name__)


class MailboxWatch:
    """Looks into mailboxes whose time has come; one per process that keeps the timetable.

    A server that takes its time holds up its own mailbox and nothing else.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._busy: set[uuid.UUID] = set()
        self._lock = threading.Lock()

    def look_around(self) -> None:
        """Begin a look into each mailbox that is due and not being looked at."""
        with self._tools.sessions() as session:
            due = _due(session, clock.now())
        for trigger_id in due:
            if self._may_begin(trigger_id):
                # A daemon: a slow server must not keep the process from ending.
                threading.Thread(
                    target=self._look_and_leave, args=(trigger_id,), name="mailbox", daemon=True
                ).start()

    def look_into(self, trigger_id: uuid.UUID, *, now: datetime | None = None) -> None:
        """Look into one mailbox now, and note how it went."""
        moment, trouble, looked = now or clock.now(), "", Looked()
        try:
            looked = look(self._tools, trigger_id, now=moment)
        except MailboxTrouble as error:
            trouble = error.sentence
        except Exception:
            log.exception("the mailbox of the trigger %s could not be read", trigger_id)
            trouble = BROKEN
        with self._tools.sessions() as session, self._tools.turn, database.writing(session):
            _note(session, trigger_id, moment, looked=looked, trouble=trouble)

    def _may_begin(self, trigger_id: uuid.UUID) -> bool:
        with self._lock:
            if trigger_id in self._busy or len(self._busy) >= MAX_THREADS:
                return False
            self._busy.add(trigger_id)
            return True

    def _look_and_leave(self, trigger_id: uuid.UUID) -> None:
        try:
            self.look_into(trigger_id)
        except Exception:
            log.exception("the look of the trigger %s could not be noted", trigger_id)
        finally:
            with self._lock:
                self._busy.discard(trigger_id)


def _due(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Trigger.id)
        .where(Trigger.kind == TriggerKind.EMAIL, Trigger.next_due <= now)
        .order_by(Trigger.next_due)
    ).all()


def _note(
    session: Session, trigger_id: uuid.UUID, now: datetime, *, looked: Looked, trouble: str
) -> None:
    trigger = session.scalars(select(Trigger).where(Trigger.id == trigger_id)).one()
    if trouble:
        trigger.failing_since = trigger.failing_since or now
        trigger.last_error = trouble
        _tell_if_dead(session, trigger, now)
    else:
        trigger.failing_since, trigger.last_error = None, None
    if trigger.next_due is not None:  # None: the agent was switched off meanwhile
        trigger.next_due = now if looked.has_more else now + _pause(trigger, now)


def _pause(trigger: Trigger, now: datetime) -> timedelta:
    """A minute; the longer it fails the longer, up to a quarter of an hour."""
    if trigger.failing_since is None:
        return LOOK_EVERY
    return min(max(LOOK_EVERY, (now - trigger.failing_since) / 2), LONGEST_PAUSE)


def _tell_if_dead(session: Session, trigger: Trigger, now: datetime) -> None:
    since = trigger.failing_since
    if since is None or now - since < TELL_AFTER:
        return
    workspace = session.get_one(Workspace, trigger.workspace_id)
    tell(
        session,
        workspace_id=trigger.workspace_id,
        kind=NoticeKind.TRIGGER,
        subject=f"“{trigger.agent.name}” gets no e-mail",
        text=f"The mailbox of “{trigger.name}” cannot be read. {trigger.last_error}",
        path=f"/w/{workspace.slug}/agents/{trigger.agent.slug}",
        agent_id=trigger.agent_id,
        key=f"mailbox:{trigger.id}:{since.isoformat()}",
    )
