"""The mail server of a workspace, and the outbox its mail waits in."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word
from app.vault.models import Secret

_WAITING = text("status = 'waiting'")


class Encryption(enum.StrEnum):
    """How the line to a mail server is encrypted."""

    STARTTLS = "starttls"  # begins in the clear and steps up, usually port 587
    TLS = "tls"  # encrypted from the first byte, usually port 465
    NONE = "none"


class Purpose(enum.StrEnum):
    """What a mail is for."""

    NOTICE = "notice"
    APPROVAL = "approval"
    INVITATION = "invitation"
    STEP = "step"
    TEST = "test"

    @property
    def is_key(self) -> bool:
        """Whether its text opens something: it is forgotten once the mail is sent."""
        return self in {Purpose.APPROVAL, Purpose.INVITATION}


class MailStatus(enum.StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class MailServer(Model):
    """The server that a workspace's mail goes through. Its password is a secret of the vault."""

    __tablename__ = "mail_servers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id"),
        ForeignKeyConstraint(["workspace_id", "secret_id"], ["secrets.workspace_id", "secrets.id"]),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    host: Mapped[str] = mapped_column(String(253))
    port: Mapped[int] = mapped_column()
    encryption: Mapped[Encryption] = mapped_column(Word(Encryption))
    username: Mapped[str] = mapped_column(String(254), default="")
    secret_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    from_name: Mapped[str] = mapped_column(String(120), default="")
    from_address: Mapped[str] = mapped_column(String(254))
    last_tested: Mapped[datetime | None] = mapped_column(UtcTime)
    last_result: Mapped[str] = mapped_column(String(600), default="")
    last_worked: Mapped[bool] = mapped_column(default=False)

    secret: Mapped[Secret | None] = relationship(
        lazy="joined", viewonly=True, foreign_keys=[workspace_id, secret_id]
    )


class Mail(Model):
    """One mail. Its text is sealed: it may hold a link that works once.

    `run_id` names the run whose step wrote it; the run may be gone. `taken` and
    `refused` are the addresses about which the server has decided.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "idempotency_key"),
        Index("ix_outbox_waiting", "next_try", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index(None, "workspace_id", "status", "id"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    recipients: Mapped[list[str]] = mapped_column(Json)
    cc: Mapped[list[str]] = mapped_column(Json, default=list)
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(250))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed; None once forgotten
    files: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    status: Mapped[MailStatus] = mapped_column(Word(MailStatus), default=MailStatus.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime] = mapped_column(UtcTime)
    taken: Mapped[list[str]] = mapped_column(Json, default=list)
    refused: Mapped[list[str]] = mapped_column(Json, default=list)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str] = mapped_column(String(600), default="")

    @property
    def everybody(self) -> list[str]:
        """All addresses it goes to."""
        return [*self.recipients, *self.cc]

    @property
    def open_addresses(self) -> list[str]:
        """Those about which the server has not decided yet."""
        decided = {*self.taken, *self.refused}
        return [address for address in self.everybody if address not in decided]
