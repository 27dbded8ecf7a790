"""How long notices are kept."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from app.lib import clock
from app.notices.models import Notice

KEPT = timedelta(days=90)


def forget_old(session: Session) -> int:
    """Delete notices that were last told long ago; returns how many."""
    result = session.execute(
        delete(Notice)
        .where(Notice.last_at < clock.now() - KEPT)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0
