"""Mails notices that are due, and never floods.

To one person: about one agent and kind at most one mail an hour, at most ten mails an hour in
all; what is due at the same moment comes as one. What was seen in the app is not mailed.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, sessionmaker

from app import database
from app.accounts.models import User
from app.lib import clock
from app.mail import outbox
from app.mail.letters import letter
from app.mail.models import Purpose
from app.mail.outbox import MailRefused
from app.notices import choices
from app.notices.models import Notice, NoticeCopy
from app.vault.keys import Keyring
from app.workspaces.models import Member, Workspace

HOUR = timedelta(hours=1)
MAX_MAILS_AN_HOUR = 10
MAX_LISTED = 20
_AT_ONCE = 2_000
Place = tuple[uuid.UUID, uuid.UUID]  # workspace, person
About = tuple[uuid.UUID, str]  # an agent and a kind, or one notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What mails are made with."""

    keyring: Keyring
    public_url: str


def mail_due(sessions: sessionmaker[Session], post: Post) -> int:
    """Put a mail into the outbox for what is due; returns how many mails that were."""
    now = clock.now()
    with sessions() as session:
        if (
            session.scalar(select(NoticeCopy.notice_id).where(NoticeCopy.mail_due <= now).limit(1))
            is None
        ):
            return 0
        with database.writing(session):
            due = session.scalars(_due(now).limit(_AT_ONCE)).unique().all()
            return sum(
                _mail_person(session, post, place, copies, now)
                for place, copies in _by_person(session, due).items()
            )


def _due(now: datetime) -> Select[NoticeCopy]:
    return (
        select(NoticeCopy)
        .where(NoticeCopy.mail_due <= now)
        .options(joinedload(NoticeCopy.notice, innerjoin=True))
        .order_by(NoticeCopy.mail_due, NoticeCopy.notice_id)
    )


def _by_person(session: Session, due: Sequence[NoticeCopy]) -> dict[Place, list[NoticeCopy]]:
    """What is due to each, without what they have seen or want no mail about."""
    people = {copy.user_id for copy in due}
    unwanted = choices.unwanted_by(session, people)
    places = select(Member.workspace_id, Member.user_id).where(Member.user_id.in_(people))
    members = {(workspace_id, user_id) for workspace_id, user_id in session.execute(places)}
    found: dict[Place, list[NoticeCopy]] = defaultdict(list)
    for copy in due:
        place = (copy.workspace_id, copy.user_id)
        is_unwanted = (copy.user_id, copy.notice.kind) in unwanted
        if copy.seen_at is not None or is_unwanted or place not in members:
            copy.mail_due = None
        else:
            found[place].append(copy)
    return found


def _mail_person(
    session: Session, post: Post, place: Place, due: Sequence[NoticeCopy], now: datetime
) -> int:
    """One mail with all that may be told now; returns how many mails that were."""
    free_again = _full_until(session, place[1], now)
    ready: list[NoticeCopy] = []
    told: dict[About, datetime | None] = {}
    for copy in due:
        until = free_again or _told_until(session, copy, told, now)
        if until is None:
            ready.append(copy)
        else:
            copy.mail_due = until
    if ready:
        _write(session, post, place, ready, now)
    return 1 if ready else 0


def _full_until(session: Session, user_id: uuid.UUID, now: datetime) -> datetime | None:
    """When this person may get a mail again; None if they may now."""
    moments = session.scalars(
        select(NoticeCopy.mailed_at)
        .where(NoticeCopy.user_id == user_id, NoticeCopy.mailed_at > now - HOUR)
        .distinct()
        .order_by(NoticeCopy.mailed_at.desc())
        .limit(MAX_MAILS_AN_HOUR)
    ).all()
    if len(moments) < MAX_MAILS_AN_HOUR or moments[-1] is None:
        return None
    return moments[-1] + HOUR


def _told_until(
    session: Session, copy: NoticeCopy, told: dict[About, datetime | None], now: datetime
) -> datetime | None:
    """When this may be told again, if its person heard of the same thing within the hour."""
    notice = copy.notice
    about = (notice.agent_id, notice.kind.value) if notice.agent_id else (notice.id, "")
    if about not in told:
        same = (
            (Notice.agent_id == notice.agent_id) & (Notice.kind == notice.kind)
            if notice.agent_id
            else Notice.id == notice.id
        )
        told[about] = session.scalar(
            select(func.max(NoticeCopy.mailed_at))
            .join(NoticeCopy.notice)
            .where(
                NoticeCopy.user_id == copy.user_id,
                NoticeCopy.workspace_id == copy.workspace_id,
                NoticeCopy.mailed_at > now - HOUR,
                same,
            )
        )
    last = told[about]
    return last + HOUR if last else None


def _write(
    session: Session, post: Post, place: Place, bundle: Sequence[NoticeCopy], at: datetime
) -> None:
    workspace = session.get_one(Workspace, place[0])
    person = session.get_one(User, place[1])
    subject, text = _letter(post, workspace, person, [copy.notice for copy in bundle])
    first = bundle[0]
    # An address that mail cannot go to must not keep others from theirs.
    with suppress(MailRefused):
        outbox.put(
            session,
            post.keyring,
            workspace_id=workspace.id,
            to=[person.email],
            subject=subject,
            text=text,
            purpose=Purpose.NOTICE,
            key=f"notice:{first.notice_id.hex}:{person.id.hex}:{at.isoformat()}",
        )
    for copy in bundle:
        copy.mailed_at, copy.mail_due = at, None


def _letter(
    post: Post, workspace: Workspace, person: User, notices: Sequence[Notice]
) -> tuple[str, str]:
    common = {"workspace": workspace.name, "base": post.public_url}
    if len(notices) == 1:
        since = _moment(notices[0].created_at, person, workspace)
        return letter("notice", notice=notices[0], since=since, **common)
    latest = sorted(notices, key=lambda notice: notice.last_at, reverse=True)[:MAX_LISTED]
    return letter(
        "notices",
        count=len(notices),
        shown=latest,
        slug=workspace.slug,
        **common,
    )


def _moment(at: datetime, person: User, workspace: Workspace) -> str:
    zone = ZoneInfo(person.timezone if person.timezone != "UTC" else workspace.timezone)
    here = at.astimezone(zone)
    return f"{here:%H:%M} on {here.day} {here:%B} ({zone.key})"
