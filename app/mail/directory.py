"""Finding mail of the outbox, always from its workspace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from app.mail.models import Mail, MailStatus, Purpose
from app.model import UtcTime

PAGE_SIZE = 30


class ListedMail(NamedTuple):
    """One line of the list; the fields are the columns asked for, in their order."""

    id: uuid.UUID
    created_at: datetime
    purpose: Purpose
    recipients: list[str]
    subject: str
    status: MailStatus
    tries: int
    next_try: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """One page of the outbox, newest first; `older_than` is the key that the next page follows."""

    mails: Sequence[ListedMail]
    older_than: uuid.UUID | None


def by_id(session: Session, workspace_id: uuid.UUID, *, mail_id: uuid.UUID) -> Mail | None:
    """The mail with this id in this workspace."""
    return session.scalars(
        select(Mail).where(Mail.workspace_id == workspace_id, Mail.id == mail_id)
    ).one_or_none()


def list_page(
    session: Session,
    workspace_id: uuid.UUID,
    *,
    words: str = "",
    status: MailStatus | None = None,
    older_than: uuid.UUID | None = None,
) -> MailPage:
    """Mail with these words in its subject or addresses, newest first."""
    query = (
        select(*(getattr(Mail, name) for name in ListedMail._fields))
        .where(Mail.workspace_id == workspace_id)
        .order_by(Mail.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if words:
        query = query.where(
            or_(
                Mail.subject.icontains(words, autoescape=True),
                cast(Mail.recipients, Text).icontains(words, autoescape=True),
            )
        )
    if status is not None:
        query = query.where(Mail.status == status)
    if older_than is not None:
        query = query.where(Mail.id < older_than)
    found = [ListedMail._make(row) for row in session.execute(query)]
    mails = found[:PAGE_SIZE]
    return MailPage(mails, mails[-1].id if len(found) > PAGE_SIZE else None)


def waiting_count(session: Session, workspace_id: uuid.UUID) -> int:
    """How many mails wait to be sent."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Mail)
            .where(Mail.workspace_id == workspace_id, Mail.status == MailStatus.WAITING)
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Stuck:
    """Mail that failed, or waits and waits: how many, since when, and what the last try said."""

    status: MailStatus
    count: int
    since: datetime
    error: str


def stuck(
    session: Session, workspace_id: uuid.UUID, *, since: datetime, late: datetime
) -> list[Stuck]:
    """Mail that failed after `since`, and mail that waits from before `late`: one of each."""
    given = {"here": workspace_id, "since": since, "late": late}
    return [Stuck(*row) for row in session.execute(_stuck(), given)]


@cache
def count_stuck() -> Select[int]:
    """How many of the two there are in the workspace `here`; see `stuck`."""
    return select(func.count(Mail.status.distinct())).where(*_is_stuck())


@cache
def _stuck() -> Select[*tuple[Any, ...]]:
    counted = func.count(Mail.id), func.min(Mail.created_at), func.max(Mail.error)
    return select(Mail.status, *counted).where(*_is_stuck()).group_by(Mail.status)


def _is_stuck() -> tuple[ColumnElement[bool], ...]:
    failed = and_(
        Mail.status == MailStatus.FAILED,
        Mail.created_at > bindparam("since", type_=UtcTime()),
    )
    waits = and_(
        Mail.status == MailStatus.WAITING,
        Mail.created_at < bindparam("late", type_=UtcTime()),
    )
    return (Mail.workspace_id == bindparam("here"), or_(failed, waits))
