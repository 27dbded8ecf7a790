"""What watched mailboxes keep: how far each was read."""

import uuid

from sqlalchemy import BigInteger, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Model, RowId


class MailboxMark(Model):
    """How far one trigger has read one folder (RFC 9051: UIDVALIDITY and UIDs).

    A server that numbers its messages anew says so with another `uid_validity`; the watch then
    finds its place again by what each message is. `updated_at` is the last look that went well.
    """

    __tablename__ = "mailbox_marks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("trigger_id"),
        ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            ondelete="CASCADE",
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    trigger_id: Mapped[uuid.UUID] = mapped_column(Id)
    connection_id: Mapped[uuid.UUID] = mapped_column(Id)
    folder: Mapped[str] = mapped_column(String(200))
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
