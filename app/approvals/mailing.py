"""Telling people that a question waits: in the app, and by mail with a link that works once."""

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
from app.approvals.asking import notice_key
from app.approvals.letters import question_letter
from app.approvals.models import Approval
from app.approvals.question import Question
from app.lib import clock
from app.lib.cipher import CannotOpen
from app.mail import outbox
from app.mail.models import Purpose
from app.mail.outbox import MailRefused
from app.notices import telling
from app.notices.mailing import Post
from app.notices.models import NoticeKind
from app.notices.words import words
from app.runs import waits
from app.workspaces.models import Workspace

MAX_AT_ONCE = 50
MAX_RECEIVERS = 50

log = logging.getLogger(__name__)


def tell_due(sessions: sessionmaker[Session], post: Post) -> int:
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
            _tell(session, post, approval_id, now=now)
    return len(due)


def _tell(session: Session, post: Post, approval_id: uuid.UUID, *, now: datetime) -> None:
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
    if not approval.is_open:
        return
    receivers = [one.user for one in people.answerers(session, approval)][:MAX_RECEIVERS]
    workspace = session.get_one(Workspace, approval.workspace_id)
    _notice(session, approval, workspace, receivers, is_reminder=is_reminder)
    if approval.by_mail or approval.assigned_to is not None:
        _mail(session, post, approval, workspace, receivers, is_reminder=is_reminder)


def _notice(
    session: Session,
    approval: Approval,
    workspace: Workspace,
    receivers: list[User],
    *,
    is_reminder: bool,
) -> None:
    subject, text = words("approval", approval=approval, is_reminder=is_reminder)
    telling.tell(
        session,
        workspace_id=workspace.id,
        kind=NoticeKind.APPROVAL,
        subject=subject,
        text=text,
        path=f"/w/{workspace.slug}/approvals/{approval.id}",
        agent_id=approval.agent_id,
        to=[one.id for one in receivers],
        key=notice_key(approval.id),
        by_mail=False,
    )


def _mail(
    session: Session,
    post: Post,
    approval: Approval,
    workspace: Workspace,
    receivers: list[User],
    *,
    is_reminder: bool,
) -> None:
    question = _question(session, post, approval)
    if question is None:
        return
    for person in receivers:
        url = f"{post.public_url}/answers/{tokens.make_link(session, approval, person)}"
        subject, text = question_letter(
            approval,
            question,
            workspace=workspace,
            person=person,
            url=url,
            is_reminder=is_reminder,
        )
        with suppress(MailRefused):  # one bad address keeps nobody else from being asked
            outbox.put(
                session,
                post.keyring,
                workspace_id=workspace.id,
                to=[person.email],
                subject=subject,
                text=text,
                purpose=Purpose.APPROVAL,
                run_id=approval.run_id,
            )


def _question(session: Session, post: Post, approval: Approval) -> Question | None:
    wait = wait_of(session, approval)
    if wait is None or wait.reply is not None:
        return None
    try:
        return Question.of(waits.detail_of(post.keyring, wait))
    except CannotOpen:
        log.warning("what approval %s asks cannot be opened", approval.id)
        return None
