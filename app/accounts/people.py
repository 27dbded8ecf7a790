"""People with an account: find them, add them, change what they may change about themselves."""

import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts import logins
from app.accounts.models import Theme, User
from app.audit import trail


class EmailTaken(Exception):
    """Somebody already has an account with this address."""


def by_email(session: Session, email: str) -> User | None:
    """The person with this address, in any case."""
    return session.scalars(select(User).where(User.email == email.casefold())).one_or_none()


def anybody(session: Session) -> bool:
    """Whether there is an account at all."""
    return bool(session.scalar(select(exists(select(User.id)))))


def names_of(session: Session, user_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What these people are called; who is gone is missing."""
    people = session.scalars(select(User).where(User.id.in_(user_ids)))
    return {person.id: person.name for person in people}


def add(
    session: Session,
    email: str,
    *,
    name: str,
    password_hash: str,
    timezone: str = "UTC",
    is_admin: bool = False,
) -> User:
    """Make an account, in a write transaction. Raises EmailTaken."""
    trail.take_turn(session)
    if by_email(session, email) is not None:
        raise EmailTaken
    user = User(
        email=email.casefold(),
        name=name,
        password_hash=password_hash,
        timezone=timezone,
        is_admin=is_admin,
        logins_count=0,
    )
    session.add(user)
    session.flush()
    trail.record(session, "account_made", actor_id=user.id, subject=user.email)
    return user


def change_profile(user: User, *, name: str, timezone: str, locale: str, theme: Theme) -> None:
    """Change what the person is called and how pages look to them."""
    user.name = name
    user.timezone = timezone
    user.locale = locale
    user.theme = theme


def change_password(session: Session, user: User, *, password_hash: str) -> None:
    """Set a new password; every device is signed out."""
    user.password_hash = password_hash
    trail.record(session, "password_changed", actor_id=user.id, subject=user.email)
    logins.end_all(session, user)
