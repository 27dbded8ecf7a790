"""What people do with mail: send a test, send a failed one again. Each act is audited."""

import uuid

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import trail
from app.lib import clock
from app.mail import outbox, rounds
from app.mail.letters import letter
from app.mail.models import Mail, MailStatus, Purpose
from app.vault.keys import Keyring
from app.workspaces.models import Workspace


class NothingToSend(ValueError):
    """The mail is not one that can be sent again; the text says why."""


def put_test(
    session: Session, keyring: Keyring, *, workspace: Workspace, to: User, public_url: str
) -> Mail:
    """A test mail to the person who asks, held for them: no worker takes it meanwhile."""
    subject, text = letter("test", workspace=workspace.name, person=to.name, url=public_url)
    mail = outbox.put(
        session,
        keyring,
        workspace_id=workspace.id,
        to=[to.email],
        subject=subject,
        text=text,
        purpose=Purpose.TEST,
    )
    rounds.take(mail)
    session.flush()
    return mail


def send_again(session: Session, mail: Mail, *, by: uuid.UUID) -> None:
    """Put a failed mail back into the queue, from its first try. Raises NothingToSend."""
    if mail.status is not MailStatus.FAILED:
        raise NothingToSend("Only a mail that failed can be sent again.")
    if mail.body is None:
        raise NothingToSend("The text of this mail is kept no longer.")
    mail.status, mail.tries, mail.next_try = MailStatus.WAITING, 0, clock.now()
    mail.created_at = clock.now()  # it is sent with the date of today, and waits anew
    mail.error, mail.refused = "", []
    trail.record(
        session,
        "mail_sent_again",
        workspace_id=mail.workspace_id,
        actor_id=by,
        subject=mail.subject,
        details={"mail_id": str(mail.id), "to": ", ".join(mail.everybody)[:400]},
    )
