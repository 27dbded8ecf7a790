"""The audit trail: events are added at its end, each sealed to the one before by its hash."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEvent
from app.lib import clock, ids
from app.model import storable, storable_text

FIRST_PREVIOUS_HASH = "0" * 64
MAX_SUBJECT_CHARACTERS = 120
_TURN = 0x6C616D70  # the advisory lock of this trail on PostgreSQL: "lamp"
_BATCH = 500
Detail = str | int | bool | None | list[str]


def take_turn(session: Session) -> None:
    """From here to the end of the transaction this is the only act that is being recorded.

    An act that decides on what it reads (is this name free?) calls it before it reads. SQLite's
    write lock lets one writer in anyway; PostgreSQL would let two read the same.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def record(
    session: Session,
    action: str,
    *,
    actor_id: uuid.UUID | None,
    subject: str,
    workspace_id: uuid.UUID | None = None,
    details: Mapping[str, Detail] | None = None,
) -> AuditEvent:
    """Add an event inside the write transaction of the act it tells of.

    `action` is a past-tense word (`role_changed`), `subject` what it was done to, in words. No
    secret belongs in `details`.
    """
    take_turn(session)
    last = session.scalars(
        select(AuditEvent).order_by(AuditEvent.position.desc()).limit(1)
    ).one_or_none()
    event = AuditEvent(
        id=ids.new_id(),
        created_at=clock.now(),
        position=last.position + 1 if last else 1,
        workspace_id=workspace_id,
        actor_id=actor_id,
        action=action,
        subject=storable_text(subject)[:MAX_SUBJECT_CHARACTERS],
        details=storable(details or {}),
        previous_hash=last.hash if last else FIRST_PREVIOUS_HASH,
    )
    event.hash = _seal(event)
    session.add(event)
    session.flush()
    return event


def of_workspace(
    session: Session, workspace_id: uuid.UUID, *, before: uuid.UUID | None = None, limit: int
) -> Sequence[AuditEvent]:
    """Events of one workspace, the latest first; `before` is the id of the last one seen."""
    events = select(AuditEvent).where(AuditEvent.workspace_id == workspace_id)
    if before is not None:
        events = events.where(AuditEvent.id < before)
    return session.scalars(events.order_by(AuditEvent.id.desc()).limit(limit)).all()


def verify(session: Session) -> int | None:
    """The position of the first event that was changed, removed or added by hand; None if whole."""
    previous_hash = FIRST_PREVIOUS_HASH
    in_order = (
        select(AuditEvent)
        .order_by(AuditEvent.position)
        .execution_options(yield_per=_BATCH, populate_existing=True)
    )
    with closing(session.scalars(in_order)) as events:
        for position, event in enumerate(events, start=1):
            chained = event.position == position and event.previous_hash == previous_hash
            if not chained or event.hash != _seal(event):
                return position
            previous_hash = event.hash
    return None


def _seal(event: AuditEvent) -> str:
    sealed = {
        "id": str(event.id),
        "created_at": event.created_at.isoformat(),
        "position": event.position,
        "workspace_id": str(event.workspace_id) if event.workspace_id else None,
        "actor_id": str(event.actor_id) if event.actor_id else None,
        "action": event.action,
        "subject": event.subject,
        "details": event.details,
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
