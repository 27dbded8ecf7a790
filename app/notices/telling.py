"""Telling people that something happened: a row for each of them, once for the same thing.

Nothing is mailed here. A recurring task mails what is due (`app.notices.mailing`), so that a
thousand failures in a row cost a thousand counts and one or two mails.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.lib import clock, ids
from app.model import storable_text
from app.notices.models import Notice, NoticeCopy, NoticeKind
from app.workspaces.models import Member
from app.workspaces.roles import Role

COUNTS_UP_FOR = timedelta(days=1)
MAX_SUBJECT_CHARS = 250
MAX_TEXT_CHARS = 2_000
_RUNS_THE_PLACE = (Role.OWNER, Role.ADMIN)


def tell(
    session: Session,
    *,
    workspace_id: uuid.UUID,
    kind: NoticeKind,
    subject: str,
    text: str,
    path: str,
    agent_id: uuid.UUID | None = None,
    to: Sequence[uuid.UUID] | None = None,
    key: str,
    by_mail: bool = True,
    done_by: uuid.UUID | None = None,
) -> None:
    """Tell people in the app and, where they want it, by mail. Inside a write transaction.

    to: the people's ids, those who are no members are left out; None: the agent's owner and the
    admins. key: what “the same thing again” is; within a day that only counts up. done_by: who
    did it themselves: they find it in their list, and are not called for it.
    """
    now = clock.now()
    people = _members(session, workspace_id, to, agent_id)
    if not people:
        return
    words = (_cut(subject, MAX_SUBJECT_CHARS), _cut(text, MAX_TEXT_CHARS), path)
    notice_id = _again(session, workspace_id, key, words, now)
    if notice_id is None:
        notice_id = _made(session, workspace_id, kind, key, words, agent_id)
    # Approvals write mails of their own, with a link to answer.
    due = now if by_mail and kind is not NoticeKind.APPROVAL else None
    _hand_out(session, workspace_id, notice_id, people, due=due, done_by=done_by, now=now)


def _again(
    session: Session, workspace_id: uuid.UUID, key: str, words: tuple[str, str, str], now: datetime
) -> uuid.UUID | None:
    """Count the open notice of this topic up; None when there is none, or it has had its day."""
    found = session.execute(
        select(Notice.id, Notice.created_at).where(
            Notice.workspace_id == workspace_id, Notice.topic == key, Notice.closed_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        return None
    is_over = found.created_at <= now - COUNTS_UP_FOR
    subject, text, path = words
    values = (
        {"closed_at": now}
        if is_over
        else {
            "count": Notice.count + 1,
            "last_at": now,
            "subject": subject,
            "text": text,
            "path": path,
        }
    )
    session.execute(
        update(Notice)
        .where(Notice.workspace_id == workspace_id, Notice.id == found.id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return None if is_over else found.id


def _made(
    session: Session,
    workspace_id: uuid.UUID,
    kind: NoticeKind,
    key: str,
    words: tuple[str, str, str],
    agent_id: uuid.UUID | None,
) -> uuid.UUID:
    subject, text, path = words
    notice = Notice(
        id=ids.new_id(),
        workspace_id=workspace_id,
        kind=kind,
        topic=key,
        subject=subject,
        text=text,
        path=path,
        agent_id=agent_id,
    )
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:  # on PostgreSQL another transaction may have told it first
        again = _again(session, workspace_id, key, words, clock.now())
        if again is None:
            raise
        return again
    return notice.id


def _hand_out(
    session: Session,
    workspace_id: uuid.UUID,
    notice_id: uuid.UUID,
    people: Sequence[uuid.UUID],
    *,
    due: datetime | None,
    done_by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Give everybody their copy, and make it new to those who have one."""
    have = set(session.scalars(select(NoticeCopy.user_id).where(NoticeCopy.notice_id == notice_id)))
    called = [person for person in people if person != done_by]
    session.execute(
        update(NoticeCopy)
        .where(NoticeCopy.notice_id == notice_id, NoticeCopy.user_id.in_(called))
        .values(seen_at=None, mail_due=func.coalesce(NoticeCopy.mail_due, due))
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        NoticeCopy(
            notice_id=notice_id,
            user_id=person,
            workspace_id=workspace_id,
            seen_at=now if person == done_by else None,
            mail_due=None if person == done_by else due,
        )
        for person in people
        if person not in have
    )
    session.flush()


def _members(
    session: Session,
    workspace_id: uuid.UUID,
    to: Sequence[uuid.UUID] | None,
    agent_id: uuid.UUID | None,
) -> Sequence[uuid.UUID]:
    wanted = select(Member.user_id).where(Member.workspace_id == workspace_id)
    if to is not None:
        return session.scalars(wanted.where(Member.user_id.in_(to))).all() if to else ()
    runs_it = Member.role.in_(_RUNS_THE_PLACE)
    if agent_id is None:
        return session.scalars(wanted.where(runs_it)).all()
    owner = (
        select(Agent.user_id)
        .where(Agent.workspace_id == workspace_id, Agent.id == agent_id)
        .scalar_subquery()
    )
    return session.scalars(wanted.where(runs_it | (Member.user_id == owner))).all()


def _cut(text: str, most: int) -> str:
    tidy = storable_text(text).strip()
    return tidy if len(tidy) <= most else tidy[: most - 1].rstrip() + "…"
