"""The link with which the first person of an installation makes their account."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app import database
from app.accounts import people
from app.accounts.models import Token, TokenPurpose
from app.accounts.tokens import new_token, token_hash
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
    return session.scalar(select(Token.id).where(*_works(token))) is not None and not (
        people.anybody(session)
    )


def use_up(session: Session, token: str) -> None:
    """Consume the link, in the transaction that makes the account. Raises LinkUsedUp."""
    used = session.execute(
        update(Token).where(*_works(token)).values(used_at=clock.now()).returning(Token.id)
    )
    if used.one_or_none() is None or people.anybody(session):
        raise LinkUsedUp


def _works(token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Token.purpose == TokenPurpose.FIRST_OWNER,
        Token.token_hash == token_hash(token),
        Token.used_at.is_(None),
        Token.expires_at > clock.now(),
    )
