"""Sends an invitation's link to the person who is invited, where there is a server to send it."""

from sqlalchemy.orm import Session

from app.mail import outbox, servers
from app.mail.letters import letter
from app.mail.models import Purpose
from app.mail.outbox import MailRefused
from app.mail.web_process import post_office
from app.vault.web_process import keyring
from app.workspaces.ports import InvitationMail


def send(session: Session, invitation: InvitationMail) -> bool:
    """Put the mail into the outbox; False when there is no address or no server for it."""
    workspace = invitation.workspace
    has_server = servers.of_workspace(session, workspace.id) is not None
    if not invitation.email or not (has_server or post_office().has_shared):
        return False
    subject, text = letter(
        "invitation",
        inviter=invitation.inviter,
        workspace=workspace.name,
        role=invitation.role.value,
        days=invitation.days,
        link=invitation.link,
    )
    try:
        outbox.put(
            session,
            keyring(),
            workspace_id=workspace.id,
            to=[invitation.email],
            subject=subject,
            text=text,
            purpose=Purpose.INVITATION,
        )
    except MailRefused:
        return False
    return True
