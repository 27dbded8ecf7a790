"""How often somebody may try to sign in before having to wait."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import LoginAttempt
from app.audit import trail
from app.lib import clock

WINDOW = timedelta(minutes=15)
MAX_PER_ACCOUNT_AND_ADDRESS = 5
MAX_PER_ACCOUNT = 20


class TooManyAttempts(Exception):
    """This account had too many tries; the next one is allowed in `wait_minutes`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait_minutes = math.ceil(wait / timedelta(minutes=1))


def count_attempt(session: Session, email: str, *, ip: str) -> None:
    """Count a try before the password is checked, so that parallel guesses are counted too.

    Unknown addresses are counted like known ones. Raises TooManyAttempts.
    """
    hashed, now = _email_hash(email), clock.now()
    trail.take_turn(session)
    tries = session.execute(
        select(LoginAttempt.created_at, LoginAttempt.ip)
        .where(LoginAttempt.email_hash == hashed, LoginAttempt.created_at > now - WINDOW)
        .order_by(LoginAttempt.created_at.desc())
        .limit(MAX_PER_ACCOUNT)
    ).all()
    _refuse_over([at for at, from_ip in tries if from_ip == ip], MAX_PER_ACCOUNT_AND_ADDRESS)
    _refuse_over([at for at, _ in tries], MAX_PER_ACCOUNT)
    session.add(LoginAttempt(email_hash=hashed, ip=ip, created_at=now))


def forget_attempts(session: Session, email: str, *, ip: str) -> None:
    """The right password was given from here: the tries before it count no more."""
    session.execute(
        delete(LoginAttempt).where(
            LoginAttempt.email_hash == _email_hash(email), LoginAttempt.ip == ip
        )
    )


def forget_old_attempts(session: Session) -> None:
    """Remove tries that no longer count."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.created_at <= clock.now() - WINDOW))


def _refuse_over(newest_first: list[datetime], most: int) -> None:
    if len(newest_first) >= most:
        raise TooManyAttempts(newest_first[most - 1] + WINDOW - clock.now())


def _email_hash(email: str) -> str:
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()
