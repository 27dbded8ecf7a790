"""Who is on the other end of this request: the cookie's token, looked up and carried along."""

import secrets
import time

from flask import g, request
from flask import session as cookie
from flask_login import login_user, logout_user
from sqlalchemy.orm import Session

from app.accounts import attempts, logins, passwords, people
from app.accounts.devices import device_name
from app.accounts.models import Login, User
from app.accounts.recent_logins import recent_logins
from app.accounts.tokens import token_hash
from app.web.transactions import session, writing

DEVICE_ID_BYTES = 12
_DEVICE = "device"
_CHANGED = "changed"


class SignInRefused(Exception):
    """The address and the password do not belong together."""


def load_person(token: str) -> User | None:
    """The person whose login this token is; None when it ended or never was.

    Keeps the login in `g.login`, and when it was noted last in `g.login_noted_at`: a write of
    this request makes the session read the login again when it is asked.
    """
    recent = recent_logins()
    found = recent.find(token_hash(token), loaded_after=cookie.get(_CHANGED, 0.0))
    if found is None:
        found = _load(token)
        if found is None:
            return None
        recent.keep(found)
    if not found.is_live:
        return None
    g.login, g.login_noted_at = session().merge(found, load=False), found.last_seen
    user: User = g.login.user
    return user


def sign_in(email: str, password: str) -> None:
    """Sign this browser in. Raises SignInRefused or TooManyAttempts."""
    user, stored = _prove(email, password)
    renewed = passwords.password_hash(password) if passwords.is_outdated(stored) else stored
    with writing() as open_session:
        _still_stands(user, stored)
        user.password_hash = renewed
        attempts.forget_attempts(open_session, email, ip=_ip())
        token = begin_here(open_session, user)
    carry(user, token)


def change_password(user: User, current: str, *, new: str) -> None:
    """Set a new password: other devices are signed out, this one gets a new login.

    Raises SignInRefused when `current` is wrong, and TooManyAttempts.
    """
    user, stored = _prove(user.email, current)
    hashed = passwords.password_hash(new)
    with writing() as open_session:
        _still_stands(user, stored)
        attempts.forget_attempts(open_session, user.email, ip=_ip())
        people.change_password(open_session, user, password_hash=hashed)
        token = begin_here(open_session, user)
    carry(user, token)


def begin_here(open_session: Session, user: User) -> str:
    """Begin a login for the browser of this request, in the caller's write transaction."""
    return logins.begin(
        open_session,
        user,
        device=device_name(request.user_agent.string),
        device_id=cookie.setdefault(_DEVICE, secrets.token_urlsafe(DEVICE_ID_BYTES)),
        ip=_ip(),
    )


def carry(user: User, token: str) -> None:
    """Put a committed login into the cookie, in place of all that was in it."""
    _empty_cookie()
    user.carry_login(token)
    recent_logins().forget(user.id)
    login_user(user)


def changed(user: User) -> None:
    """The person's row or logins changed: no process may show this browser the old ones."""
    recent_logins().forget(user.id)
    cookie[_CHANGED] = time.time()


def end_here(user: User) -> None:
    """Sign this browser out."""
    with writing() as open_session:
        logins.end(open_session, g.login)
    recent_logins().forget(user.id)
    leave()


def leave() -> None:
    """Empty the cookie of a browser whose login has ended."""
    logout_user()
    _empty_cookie()


def _prove(email: str, password: str) -> tuple[User, str]:
    """The person whose password this is, and its hash. Raises SignInRefused or TooManyAttempts.

    Known and unknown addresses get the same answer after the same work, and the slow hash runs
    between two short transactions, in none.
    """
    with writing() as open_session:
        attempts.count_attempt(open_session, email, ip=_ip())
    user = people.by_email(session(), email)
    stored = user.password_hash if user else None
    session().rollback()
    if not passwords.is_right(password, stored) or user is None or stored is None:
        raise SignInRefused
    return user, stored


def _still_stands(user: User, stored: str) -> None:
    """The password may have been changed, or the person blocked, while the hash was computed."""
    if user.password_hash != stored or not user.is_active:
        raise SignInRefused


def _load(token: str) -> Login | None:
    login = logins.by_token(session(), token)
    if login is not None:
        session().expunge(login.user)
        session().expunge(login)
    return login


def _empty_cookie() -> None:
    device = cookie.get(_DEVICE) or secrets.token_urlsafe(DEVICE_ID_BYTES)
    cookie.clear()
    cookie.permanent = True
    cookie[_DEVICE] = device


def _ip() -> str:
    return (request.remote_addr or "")[:45]
