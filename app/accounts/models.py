"""People, the devices they are signed in on, and tokens that work once."""

import enum
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib import clock
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word


class Theme(enum.StrEnum):
    """How pages look for this person."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class AuthProvider(enum.StrEnum):
    """How a person first proved who they are."""

    PASSWORD = "password"  # noqa: S105  # the name of a way to sign in, not a password
    PASSKEY = "passkey"
    GOOGLE = "google"
    GITHUB = "github"
    OIDC = "oidc"


class TokenPurpose(enum.StrEnum):
    """What a single-use token is good for."""

    FIRST_OWNER = "first_owner"
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a purpose, not a password


class User(UserMixin, Model):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # casefolded
    name: Mapped[str] = mapped_column(String(120))
    nickname: Mapped[str] = mapped_column(String(60), default="")
    picture: Mapped[str] = mapped_column(String(400), default="")
    auth_provider: Mapped[AuthProvider] = mapped_column(
        Word(AuthProvider), default=AuthProvider.PASSWORD
    )
    email_verified: Mapped[bool] = mapped_column(default=False)
    last_login: Mapped[datetime | None] = mapped_column(UtcTime)
    logins_count: Mapped[int] = mapped_column(default=0)
    blocked_for: Mapped[list[str]] = mapped_column(Json, default=list)
    is_admin: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(20), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    theme: Mapped[Theme] = mapped_column(Word(Theme), default=Theme.SYSTEM)

    @property
    def is_active(self) -> bool:
        """Whether nothing keeps this person from signing in."""
        return not self.blocked_for

    def carry_login(self, token: str) -> None:
        """Remember the token of the sign-in that this request makes."""
        self._login_token = token

    def get_id(self) -> str:
        """What the cookie carries: the token of this sign-in, never the key of the row."""
        return self._login_token


class Login(Model):
    """One device a person is signed in on. The cookie holds the token, the row its sha256."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "user_id", "revoked_at"),)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    user_id: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device_id: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    last_seen: Mapped[datetime] = mapped_column(UtcTime)
    reauthenticated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    IDLE: ClassVar = timedelta(hours=24)
    LONGEST: ClassVar = timedelta(days=14)

    @property
    def is_live(self) -> bool:
        """Whether this device is still signed in."""
        now = clock.now()
        return (
            self.revoked_at is None
            and now - self.last_seen < self.IDLE
            and now - self.created_at < self.LONGEST
            and self.user.is_active
        )


class LoginAttempt(Model):
    """One failed sign-in, counted against the account and the address it came from."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index(None, "email_hash", "created_at"),
        Index(None, "ip", "created_at"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    email_hash: Mapped[str] = mapped_column(String(64))
    ip: Mapped[str] = mapped_column(String(45))


class Token(Model):
    """A link that works once: only its sha256 is kept."""

    __tablename__ = "tokens"

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    purpose: Mapped[TokenPurpose] = mapped_column(Word(TokenPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE")
    )
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Identity(Model):
    """A person as another provider knows them."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    user_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    provider: Mapped[AuthProvider] = mapped_column(Word(AuthProvider))
    subject: Mapped[str] = mapped_column(String(255))
    claims: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
