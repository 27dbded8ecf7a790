"""The three ways to get an account: first owner, open sign-up, invitation. All or nothing each."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import first_owner, people
from app.accounts.models import User
from app.workspaces import invitations
from app.workspaces.founding import found


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a sign-up form said; the password is already a hash, which is slow to make."""

    name: str
    email: str
    password_hash: str
    timezone: str

    def add(self, session: Session, *, is_admin: bool = False) -> User:
        """Make the account. Raises EmailTaken."""
        return people.add(
            session,
            self.email,
            name=self.name,
            password_hash=self.password_hash,
            timezone=self.timezone,
            is_admin=is_admin,
        )


def sign_up_first(session: Session, token: str, *, person: NewPerson, workspace: str) -> User:
    """The first person comes with the link of the installation and looks after it.

    Raises LinkUsedUp and EmailTaken.
    """
    first_owner.use_up(session, token)
    user = person.add(session, is_admin=True)
    found(session, workspace, owner=user)
    return user


def sign_up(session: Session, person: NewPerson, *, workspace: str) -> User:
    """Anybody comes, where the installation is open to all. Raises EmailTaken."""
    user = person.add(session)
    found(session, workspace, owner=user)
    return user


def sign_up_invited(session: Session, token: str, *, person: NewPerson) -> User:
    """Somebody comes with an invitation. Raises EmailTaken and InvitationRefused."""
    user = person.add(session)
    invitations.accept(session, token, user=user)
    return user
