"""The link with which the first person of an installation makes their account."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import database
from app.accounts import people
from app.accounts.models import Token, TokenPurpose
from app.accounts.tokens import new_token, token_hash
from app.audit import trail
from app.lib import clock

VALID_FOR = timedelta(days=7)


class LinkUsedUp(Exception):
    """The link was used, has expired or was replaced by a newer one."""


def first_owner_address(session: Session, *, public_url: str) -> str | None:
    """The address where the first owner signs up; None once anybody has an account.

    Each call makes a new link and the ones before it stop working.
    """
    with database.writing(session):
        if people.anybody(session):
            return None
        token, hashed = new_token()
        session.execute(delete(Token).where(Token.purpose == TokenPurpose.FIRST_OWNER))
        session.add(
            Token(
                purpose=TokenPurpose.FIRST_OWNER,
                token_hash=hashed,
                expires_at=clock.now() + VALID_FOR,
            )
        )
    return f"{public_url}/sign-up/{token}"


def is_open(session: Session, token: str) -> bool:
    """Whether the link still works; looking does not use it up."""
    return _open_token(session, token) is not None


def use_up(session: Session, token: str) -> None:
    """Consume the link, in the transaction that makes the account. Raises LinkUsedUp."""
    trail.take_turn(session)
    found = _open_token(session, token)
    if found is None:
        raise LinkUsedUp
    found.used_at = clock.now()


def _open_token(session: Session, token: str) -> Token | None:
    if people.anybody(session):
        return None
    return session.scalars(
        select(Token).where(
            Token.purpose == TokenPurpose.FIRST_OWNER,
            Token.token_hash == token_hash(token),
            Token.used_at.is_(None),
            Token.expires_at > clock.now(),
        )
    ).one_or_none()
