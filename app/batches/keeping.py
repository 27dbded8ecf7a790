"""How long batches are kept: as long as the runs of their workspace."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from app import database
from app.batches import ports
from app.batches.models import NOT_BEGUN, Batch, BatchStatus
from app.lib import clock
from app.workspaces.models import Workspace

BEGUN_WITHIN = timedelta(days=7)  # one that is set up and never begins is forgotten
AT_ONCE = 20


def let_go(sessions: Callable[[], Session]) -> int:
    """Delete batches past their time in every workspace, some at a time; how many."""
    now = clock.now()
    with sessions() as session:
        kept = session.execute(select(Workspace.id, Workspace.retention_days)).all()
    gone = 0
    for workspace_id, days in kept:
        while True:
            with sessions() as session, database.writing(session):
                past = session.scalars(
                    _past(now, timedelta(days=days)).where(Batch.workspace_id == workspace_id)
                ).all()
                ports.forget_files(session, workspace_id, past)
                session.execute(
                    delete(Batch).where(Batch.workspace_id == workspace_id, Batch.id.in_(past))
                )
            gone += len(past)
            if len(past) < AT_ONCE:
                break
    return gone


def _past(now: datetime, kept: timedelta) -> Select[uuid.UUID]:
    """Whatever is at work stays, however old it is."""
    is_set_up = Batch.status.in_(NOT_BEGUN)
    forgotten = and_(is_set_up, Batch.created_at < now - min(BEGUN_WITHIN, kept))
    is_at_rest = and_(Batch.status != BatchStatus.RUNNING, Batch.open_rows == 0)
    over = and_(is_at_rest, Batch.created_at < now - kept)
    return select(Batch.id).where(or_(forgotten, over)).limit(AT_ONCE)
