"""Whose turn it is with a batch: its row held, and a token for the one that prepares it."""

import uuid
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batches.models import Batch


class Turn(NamedTuple):
    """Somebody's turn to prepare a batch; who takes it up later has another token."""

    workspace_id: uuid.UUID
    batch_id: uuid.UUID
    token: str


class Cut(Exception):
    """The batch was deleted meanwhile, or somebody else prepares it now: leave it alone."""


def find_locked(session: Session, workspace_id: uuid.UUID, batch_id: uuid.UUID) -> Batch | None:
    """The batch read again and held until the transaction ends, or None."""
    return session.scalars(
        select(Batch)
        .where(Batch.workspace_id == workspace_id, Batch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def held_by(session: Session, turn: Turn) -> Batch:
    """As `find_locked`, while it is this turn. Raises Cut."""
    found = find_locked(session, turn.workspace_id, turn.batch_id)
    if found is None or not found.is_preparing or (found.wish or {}).get("token") != turn.token:
        raise Cut
    return found
