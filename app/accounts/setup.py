"""How signing in is wired into the app: the cookie, the loader and what templates may ask."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from flask import Flask

from app.accounts import last_seen
from app.accounts.models import Login
from app.accounts.recent_logins import RecentLogins
from app.accounts.sign_ins import load_person
from app.extensions import login
from app.settings import Settings


def install(app: Flask) -> None:
    """Set the cookie up and tell flask-login whose token it carries."""
    settings: Settings = app.config["LAMPLIGHT"]
    app.config.update(
        # A browser takes a __Host- cookie only over https, for this host alone and for all paths.
        SESSION_COOKIE_NAME="__Host-lamplight" if settings.is_https else "lamplight",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=Login.LONGEST,
    )
    app.extensions["recent_logins"] = RecentLogins()
    # Many companies use .local inside their own network.
    SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name != "local"]
    login.session_protection = None
    login.user_loader(load_person)
    last_seen.install(app)
