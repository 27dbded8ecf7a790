"""What is told about mail: one that could not be sent is seen in the app, never by mail."""

from sqlalchemy.orm import Session

from app.mail.models import Mail
from app.notices.models import NoticeKind
from app.notices.telling import tell
from app.notices.words import words
from app.workspaces.models import Workspace


def mail_given_up(session: Session, mail: Mail) -> None:
    """Tell the admins."""
    subject, text = words("mail_failed", mail=mail)
    slug = session.get_one(Workspace, mail.workspace_id).slug
    tell(
        session,
        workspace_id=mail.workspace_id,
        kind=NoticeKind.MAIL,
        subject=subject,
        text=text,
        path=f"/w/{slug}/outbox/{mail.id}",
        key=NoticeKind.MAIL.value,
        by_mail=False,
    )
