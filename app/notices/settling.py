"""What was told has been dealt with: nobody is called for it any more."""

import uuid
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.lib import clock
from app.notices.models import Notice, NoticeCopy


def settle(session: Session, *, workspace_id: uuid.UUID, keys: Collection[str]) -> None:
    """Mark notices with these keys as seen by everybody; inside a write transaction."""
    told = select(Notice.id).where(
        Notice.workspace_id == workspace_id, Notice.topic.in_(keys), Notice.closed_at.is_(None)
    )
    session.execute(
        update(NoticeCopy)
        .where(NoticeCopy.notice_id.in_(told), NoticeCopy.seen_at.is_(None))
        .values(seen_at=clock.now(), mail_due=None)
        .execution_options(synchronize_session=False)
    )
