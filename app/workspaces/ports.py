"""What workspaces tell higher rooms and ask of them; `app/ports.py` fills it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.workspaces.models import Workspace
from app.workspaces.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMail:
    """What an invited person is told."""

    workspace: Workspace
    email: str
    role: Role
    inviter: str
    link: str
    days: int


def _no_mail(_session: Session, _invitation: InvitationMail) -> bool:
    return False


# Inside the transaction that makes the invitation; whether it goes out by mail.
mail_invitation: Callable[[Session, InvitationMail], bool] = _no_mail

# Called inside the transaction that makes a workspace.
on_founded: list[Callable[[Session, Workspace], None]] = []

# Called inside the transaction that gives a workspace another time zone.
on_time_zone: list[Callable[[Session, Workspace], None]] = []
