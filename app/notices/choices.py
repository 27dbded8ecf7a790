"""What each person wants to hear by mail; all of it, until they say otherwise."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.notices.models import NoticeChoice, NoticeKind

# Approvals write mails of their own, with a link to answer; a mail about mail would not arrive.
BY_MAIL = tuple(kind for kind in NoticeKind if kind not in (NoticeKind.APPROVAL, NoticeKind.MAIL))


def wanted(session: Session, user_id: uuid.UUID) -> frozenset[NoticeKind]:
    """The kinds that this person wants by mail."""
    off = session.scalars(select(NoticeChoice.kind).where(NoticeChoice.user_id == user_id)).all()
    return frozenset(BY_MAIL) - frozenset(off)


def unwanted_by(
    session: Session, people: Collection[uuid.UUID]
) -> frozenset[tuple[uuid.UUID, NoticeKind]]:
    """Who wants no mail about what, of these people."""
    rows = session.execute(
        select(NoticeChoice.user_id, NoticeChoice.kind).where(NoticeChoice.user_id.in_(people))
    )
    return frozenset((user_id, kind) for user_id, kind in rows)


def choose(session: Session, user_id: uuid.UUID, *, kinds: Collection[NoticeKind]) -> None:
    """From now on this person hears of exactly these kinds by mail."""
    session.execute(delete(NoticeChoice).where(NoticeChoice.user_id == user_id))
    session.add_all(
        NoticeChoice(user_id=user_id, kind=kind) for kind in BY_MAIL if kind not in kinds
    )
    session.flush()
