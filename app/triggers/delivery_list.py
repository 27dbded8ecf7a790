"""Finding deliveries, always from their trigger, and letting go of old ones."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.lib import clock, ids
from app.triggers import refusals
from app.triggers.hook_models import Delivery, Outcome
from app.triggers.models import Trigger
from app.workspaces.models import Workspace

PAGE_SIZE = 30
BATCH = 500


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of the list, newest first; `older_than` is the key that the next page follows."""

    deliveries: Sequence[Delivery]
    older_than: uuid.UUID | None


def by_key(session: Session, trigger: Trigger, key: uuid.UUID) -> Delivery | None:
    """The delivery of this trigger with this key."""
    return session.scalars(
        select(Delivery).where(
            Delivery.workspace_id == trigger.workspace_id,
            Delivery.trigger_id == trigger.id,
            Delivery.id == key,
        )
    ).one_or_none()


def list_page(
    session: Session,
    trigger: Trigger,
    *,
    words: str = "",
    outcome: Outcome | None = None,
    older_than: uuid.UUID | None = None,
) -> DeliveryPage:
    """Deliveries whose number has `words` in it, of one outcome or all; by key, newest first."""
    query = (
        select(Delivery)
        .where(Delivery.workspace_id == trigger.workspace_id, Delivery.trigger_id == trigger.id)
        .order_by(Delivery.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if words:
        query = query.where(Delivery.delivery_id.icontains(words, autoescape=True))
    if outcome is not None:
        query = query.where(Delivery.outcome == outcome)
    if older_than is not None:
        query = query.where(Delivery.id < older_than)
    found = session.scalars(query).all()
    shown = found[:PAGE_SIZE]
    return DeliveryPage(shown, shown[-1].id if len(found) > PAGE_SIZE else None)


def let_go_everywhere(sessions: Callable[[], Session]) -> None:
    """Delete what each workspace keeps no longer; a transaction for each batch."""
    with sessions() as session:
        workspaces = session.execute(select(Workspace.id, Workspace.retention_days)).all()
    for workspace_id, days in workspaces:
        while True:
            with sessions() as session, database.writing(session):
                count = let_go(session, workspace_id, kept=timedelta(days=days))
            if count < BATCH:
                break


def let_go(session: Session, workspace_id: uuid.UUID, *, kept: timedelta) -> int:
    """Delete a batch of what is older than `kept`; call inside `writing()` until it gives 0."""
    refusals.let_go(session, workspace_id, kept=kept)
    first_kept = ids.first_id_at(clock.now() - kept)
    # Through the triggers, so that the key of the table is what is searched.
    triggers = select(Trigger.id).where(Trigger.workspace_id == workspace_id)
    past = session.execute(
        select(Delivery.trigger_id, Delivery.id)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.trigger_id.in_(triggers),
            Delivery.id < first_kept,
        )
        .limit(BATCH)
    ).all()
    if past:
        session.execute(
            delete(Delivery)
            .where(Delivery.workspace_id == workspace_id, Delivery.id.in_([row.id for row in past]))
            .where(Delivery.trigger_id.in_({row.trigger_id for row in past}))
            .execution_options(synchronize_session=False)
        )
    return len(past)
