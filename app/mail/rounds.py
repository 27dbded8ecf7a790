"""The rows of one round of the post: which mail is due, who takes it, and what became of it.

A claim counts the try and holds the mail for a while, so that of two processes one takes it. If
that one dies while it sends, the mail is tried again, under the same Message-ID.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from app.lib import clock
from app.mail import ports
from app.mail.courier import Delivered
from app.mail.models import Mail, MailServer, MailStatus, Purpose
from app.workspaces.models import Workspace

LEASE = timedelta(minutes=5)
TRY_AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
WAITS_FOR_A_SERVER = timedelta(days=3)
TOO_OLD = (
    "No mail server was set within three days, so this was not sent. "
    "Set one and press “Send again” if it still matters."
)
BATCH = 200


def places_with_mail(session: Session, *, has_shared: bool) -> Sequence[uuid.UUID]:
    """Workspaces that have mail due and a server to send it through."""
    wanted = select(Mail.workspace_id).where(*_is_due()).distinct().limit(BATCH)
    if not has_shared:
        wanted = wanted.where(exists().where(MailServer.workspace_id == Mail.workspace_id))
    return session.scalars(wanted).all()


def claim(session: Session, workspace_id: uuid.UUID) -> Mail | None:
    """Take the mail that has waited longest for its try; None when none is due."""
    mail = session.scalars(
        select(Mail)
        .where(Mail.workspace_id == workspace_id, *_is_due())
        .order_by(Mail.next_try, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if mail is not None:
        take(mail)
        session.flush()
    return mail


def take(mail: Mail) -> None:
    """Count a try and hold the mail for it."""
    mail.tries += 1
    mail.next_try = clock.now() + LEASE


def held(session: Session, mail: Mail) -> Mail | None:
    """The row of a claimed mail as it is now; None when another process has it by now."""
    return session.scalars(
        select(Mail)
        .where(
            Mail.workspace_id == mail.workspace_id,
            Mail.id == mail.id,
            Mail.status == MailStatus.WAITING,
            Mail.tries == mail.tries,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def note_sent(mail: Mail, delivered: Delivered, *, session: Session) -> None:
    """Note what the server said: done, or to be tried again for some of the addresses."""
    told = [*delivered.refused.items(), *delivered.later.items()]
    mail.error = "; ".join(f"{address} was refused: {said}" for address, said in told)[:600]
    mail.taken = [*mail.taken, *delivered.taken]
    mail.refused = [*mail.refused, *delivered.refused]
    if delivered.later and mail.tries <= len(TRY_AGAIN_AFTER):
        _put_off(mail)
    elif mail.taken:
        mail.status, mail.sent_at = MailStatus.SENT, clock.now()
        if mail.purpose.is_key:
            mail.body = None  # its link opens something: nobody has to read it here any more
    else:
        _give_up(session, mail)


def note_failed(mail: Mail, sentence: str, *, for_good: bool, session: Session) -> None:
    """Note a failed try: again later, or given up."""
    mail.error = sentence[:600]
    if for_good or mail.tries > len(TRY_AGAIN_AFTER):
        _give_up(session, mail)
    else:
        _put_off(mail)


def give_up_old(session: Session) -> int:
    """Give up mail that nobody could send because no server was set; returns how many."""
    old = session.scalars(
        select(Mail)
        .where(
            Mail.status == MailStatus.WAITING,
            Mail.tries == 0,
            Mail.created_at < clock.now() - WAITS_FOR_A_SERVER,
        )
        .limit(BATCH)
    ).all()
    for mail in old:
        mail.error = TOO_OLD
        _give_up(session, mail)
    return len(old)


def forget_old(session: Session) -> int:
    """Delete mail that its workspace keeps no longer; returns how many."""
    count = 0
    for workspace_id, days in session.execute(select(Workspace.id, Workspace.retention_days)):
        past = delete(Mail).where(
            Mail.workspace_id == workspace_id,
            Mail.status != MailStatus.WAITING,
            Mail.created_at < clock.now() - timedelta(days=days),
        )
        result = session.execute(past.execution_options(synchronize_session=False))
        count += result.rowcount if isinstance(result, CursorResult) else 0
    return count


def _is_due() -> tuple[ColumnElement[bool], ...]:
    return (Mail.status == MailStatus.WAITING, Mail.next_try <= clock.now())


def _put_off(mail: Mail) -> None:
    mail.next_try = clock.now() + TRY_AGAIN_AFTER[mail.tries - 1]


def _give_up(session: Session, mail: Mail) -> None:
    mail.status = MailStatus.FAILED
    if mail.purpose not in (Purpose.TEST, Purpose.NOTICE):
        ports.on_given_up(session, mail)
