"""Telling people that a question waits: by mail with a link that works once, and once again."""

import logging
import uuid
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app import database
from app.accounts.models import User
from app.approvals import people, tokens
from app.approvals.answering import wait_of
from app.approvals.letters import letter
from app.approvals.models import Approval, ApprovalStatus
from app.approvals.question import Question
from app.lib import clock
from app.lib.cipher import CannotOpen
from app.mail import outbox
from app.mail.models import Purpose
from app.mail.outbox import MailRefused
from app.runs import waits
from app.vault.keys import Keyring
from app.workspaces.models import Workspace

MAX_AT_ONCE = 50
MAX_RECEIVERS = 50

log = logging.getLogger(__name__)


def tell_due(sessions: sessionmaker[Session], keyring: Keyring, *, public_url: str) -> int:
    """Tell people of the questions that are due to be told; how many. A cheap look when none is."""
    now = clock.now()
    with sessions() as session:
        due = session.scalars(
            select(Approval.id)
            .where(Approval.tell_at <= now)
            .order_by(Approval.tell_at)
            .limit(MAX_AT_ONCE)
        ).all()
    for approval_id in due:
        with sessions() as session, database.writing(session):
            _tell(session, keyring, approval_id, public_url=public_url, now=now)
    return len(due)


def _tell(
    session: Session, keyring: Keyring, approval_id: uuid.UUID, *, public_url: str, now: datetime
) -> None:
    """Once for each moment: who finds it done already does nothing."""
    approval = session.scalars(
        select(Approval)
        .where(Approval.id == approval_id, Approval.tell_at <= now)
        .with_for_update()
    ).one_or_none()
    if approval is None:
        return
    is_reminder = approval.told > 0
    approval.told += 1
    remind_at = approval.remind_at
    approval.tell_at = remind_at if not is_reminder and remind_at and remind_at > now else None
    if approval.status is ApprovalStatus.OPEN and not approval.is_late:
        _write(session, keyring, approval, public_url=public_url, is_reminder=is_reminder)


def _write(
    session: Session, keyring: Keyring, approval: Approval, *, public_url: str, is_reminder: bool
) -> None:
    wait = wait_of(session, approval)
    if wait is None:
        return
    try:
        question = Question.of(waits.detail_of(keyring, wait))
    except CannotOpen:
        log.warning("what approval %s asks cannot be opened", approval.id)
        return
    workspace = session.get_one(Workspace, approval.workspace_id)
    for member in people.answerers(session, approval)[:MAX_RECEIVERS]:
        token = tokens.make_link(session, approval, member.user)
        url = f"{public_url}/answers/{token}"
        subject, text = letter(
            approval,
            question,
            workspace=workspace,
            person=member.user,
            url=url,
            is_reminder=is_reminder,
        )
        _put(session, keyring, approval, member.user, subject=subject, text=text)


def _put(
    session: Session,
    keyring: Keyring,
    approval: Approval,
    person: User,
    *,
    subject: str,
    text: str,
) -> None:
    # An address that mail cannot go to keeps nobody else from being asked.
    with suppress(MailRefused):
        outbox.put(
            session,
            keyring,
            workspace_id=approval.workspace_id,
            to=[person.email],
            subject=subject,
            text=text,
            purpose=Purpose.APPROVAL,
            run_id=approval.run_id,
        )
