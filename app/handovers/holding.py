"""Handovers held until a transaction ends, by the worker whose turn it is."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.handovers.models import Handover, HandoverStatus
from app.handovers.turns import Cut, Source, Turn


def held_by(session: Session, turn: Turn) -> Handover:
    """The handover while it is this turn, as `held`. Raises Cut."""
    found = held(session, turn.source, turn.workspace_id, turn.handover_id)
    if found.turn != turn.mark:
        raise Cut
    return found


def others_wait(session: Session, turn: Turn) -> bool:
    """Whether anything else is to be done, here or in another workspace."""
    waits = select(Handover.id).where(
        Handover.status == HandoverStatus.WORKING, Handover.id != turn.handover_id
    )
    return session.scalars(waits.limit(1)).first() is not None


def held(
    session: Session, source: Source, workspace_id: uuid.UUID, handover_id: uuid.UUID
) -> Handover:
    """The handover while it is being done, held with what it is made of. Raises Cut.

    Everybody holds the batch, or the table, before its handovers, so nobody waits in a circle.
    """
    whole = select(Handover).where(
        Handover.workspace_id == workspace_id, Handover.id == handover_id
    )
    found = session.scalars(whole).one_or_none()
    if found is None or not source.hold(session, found):
        raise Cut
    again = whole.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(again).one_or_none()
    if found is None or not found.is_working:
        raise Cut
    return found
