"""The devices a person is signed in on: begin, look up, end. Knows rows, not requests."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Login, User
from app.accounts.tokens import new_token, token_hash
from app.audit import trail
from app.lib import clock

MAX_DEVICE_NAME = 200


def begin(
    session: Session, user: User, *, device: str = "", device_id: str = "", ip: str = ""
) -> str:
    """Sign the person in on a device and return the token for its cookie.

    An earlier sign-in of the same person in the same browser ends. Call it in a write transaction.
    """
    now = clock.now()
    if device_id:
        _end(session, user, Login.device_id == device_id)
    token, hashed = new_token()
    login = Login(
        user_id=user.id,
        token_hash=hashed,
        device_id=device_id,
        device=device[:MAX_DEVICE_NAME],
        ip=ip[:45],
        last_seen=now,
        reauthenticated_at=now,
    )
    session.add(login)
    user.last_login = now
    user.logins_count += 1
    trail.record(
        session, "signed_in", actor_id=user.id, subject=user.email, details={"device": device}
    )
    return token


def by_token(session: Session, token: str) -> Login | None:
    """The login that this token belongs to, live or not, with its user."""
    return session.scalars(select(Login).where(Login.token_hash == token_hash(token))).one_or_none()


def live_of(session: Session, user: User) -> Sequence[Login]:
    """The devices this person is signed in on, the latest seen first."""
    rows = session.scalars(
        select(Login)
        .where(
            Login.user_id == user.id,
            Login.revoked_at.is_(None),
            Login.last_seen > clock.now() - Login.IDLE,
            Login.created_at > clock.now() - Login.LONGEST,
        )
        .order_by(Login.last_seen.desc(), Login.id.desc())
    )
    return rows.all()


def of_user(session: Session, user: User, login_id: uuid.UUID) -> Login | None:
    """One of this person's own logins."""
    return session.scalars(
        select(Login).where(Login.user_id == user.id, Login.id == login_id)
    ).one_or_none()


def end(session: Session, login: Login) -> None:
    """Sign this device out."""
    _end(session, login.user, Login.id == login.id)
    trail.record(
        session,
        "signed_out",
        actor_id=login.user_id,
        subject=login.user.email,
        details={"device": login.device},
    )


def end_all(session: Session, user: User) -> None:
    """Sign the person out everywhere."""
    _end(session, user, Login.id.is_not(None))
    trail.record(session, "signed_out_everywhere", actor_id=user.id, subject=user.email)


def _end(session: Session, user: User, which: ColumnElement[bool]) -> None:
    session.execute(
        update(Login)
        .where(Login.user_id == user.id, Login.revoked_at.is_(None), which)
        .values(revoked_at=clock.now())
    )
