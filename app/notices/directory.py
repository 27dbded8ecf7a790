"""Finding a person's notices, always from their workspace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.lib import clock
from app.notices.models import Notice, NoticeCopy, NoticeKind

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of the list, newest first; `older_than` is the key that the next page follows."""

    copies: Sequence[NoticeCopy]
    older_than: uuid.UUID | None


def list_page(
    session: Session,
    workspace_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    words: str = "",
    kind: NoticeKind | None = None,
    only_new: bool = False,
    older_than: uuid.UUID | None = None,
) -> NoticePage:
    """The person's notices with these words in them."""
    query = _mine(workspace_id, user_id).order_by(NoticeCopy.notice_id.desc()).limit(PAGE_SIZE + 1)
    if words:
        query = query.where(
            or_(
                Notice.subject.icontains(words, autoescape=True),
                Notice.text.icontains(words, autoescape=True),
            )
        )
    if kind is not None:
        query = query.where(Notice.kind == kind)
    if only_new:
        query = query.where(NoticeCopy.seen_at.is_(None))
    if older_than is not None:
        query = query.where(NoticeCopy.notice_id < older_than)
    found = session.scalars(query).unique().all()
    copies = found[:PAGE_SIZE]
    return NoticePage(copies, copies[-1].notice_id if len(found) > PAGE_SIZE else None)


def of_person(
    session: Session, workspace_id: uuid.UUID, user_id: uuid.UUID, *, notice_id: uuid.UUID
) -> NoticeCopy | None:
    """This person's copy of this notice."""
    return session.scalars(
        _mine(workspace_id, user_id).where(NoticeCopy.notice_id == notice_id)
    ).one_or_none()


def mark_seen(
    session: Session,
    workspace_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    notice_id: uuid.UUID | None = None,
) -> None:
    """The person has seen this notice, or all of them; what was to be mailed of it is not."""
    seen = update(NoticeCopy).where(
        NoticeCopy.workspace_id == workspace_id,
        NoticeCopy.user_id == user_id,
        NoticeCopy.seen_at.is_(None),
    )
    if notice_id is not None:
        seen = seen.where(NoticeCopy.notice_id == notice_id)
    session.execute(
        seen.values(seen_at=clock.now(), mail_due=None).execution_options(synchronize_session=False)
    )


@cache  # every page asks for it, and building it costs more than running it
def count_unseen() -> Select[int]:
    """How many notices a person (`me`) has not seen in a workspace (`here`)."""
    return (
        select(func.count())
        .select_from(NoticeCopy)
        .where(
            NoticeCopy.user_id == bindparam("me"),
            NoticeCopy.workspace_id == bindparam("here"),
            NoticeCopy.seen_at.is_(None),
        )
    )


def _mine(workspace_id: uuid.UUID, user_id: uuid.UUID) -> Select[NoticeCopy]:
    return (
        select(NoticeCopy)
        .join(Notice, Notice.id == NoticeCopy.notice_id)
        .where(
            NoticeCopy.workspace_id == workspace_id,
            NoticeCopy.user_id == user_id,
            Notice.workspace_id == workspace_id,
        )
    )
