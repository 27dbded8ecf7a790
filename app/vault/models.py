"""Secrets, the keys that seal them and the connections that use them."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.lib.oauth import joined, without
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime, Word
from app.vault.sign_in import SignIn

MAX_WANTED_CHARS = 1_000


class ConnectorType(enum.StrEnum):
    """Which service a connection reaches."""

    HTTP = "http"
    IMAP = "imap"
    MCP = "mcp"


class WorkspaceKey(Model):
    """A workspace's data key, wrapped by the master key, which is kept outside the database."""

    __tablename__ = "workspace_keys"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "version"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    version: Mapped[int] = mapped_column(default=1)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)


class Secret(Model):
    """A value that can be set, used, rotated and deleted, but never shown."""

    __tablename__ = "secrets"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(120))
    encrypted_value: Mapped[bytes] = mapped_column(LargeBinary)
    hosts: Mapped[list[str]] = mapped_column(Json, default=list)
    last_four: Mapped[str] = mapped_column(String(4), default="")
    key_version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    rotated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    renewing_until: Mapped[datetime | None] = mapped_column(UtcTime)  # one process asks for it


class Connection(Model):
    """How agents reach one service: where it is, how to sign in, and which secret it uses."""

    __tablename__ = "connector_configs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        ForeignKeyConstraint(["workspace_id", "secret_id"], ["secrets.workspace_id", "secrets.id"]),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    connector_type: Mapped[ConnectorType] = mapped_column(
        Word(ConnectorType), default=ConnectorType.HTTP
    )
    name: Mapped[str] = mapped_column(String(120))
    config_json: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    secret_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    last_checked: Mapped[datetime | None] = mapped_column(UtcTime)
    last_result: Mapped[str] = mapped_column(String(400), default="")
    failing_since: Mapped[datetime | None] = mapped_column(UtcTime)  # the service refuses it
    last_error: Mapped[str] = mapped_column(String(400), default="", server_default="")
    # What the service asked for beside what the sign-in has, until somebody signs in again.
    wanted_rights: Mapped[str] = mapped_column(
        String(MAX_WANTED_CHARS), default="", server_default=""
    )
    rights_wanted_since: Mapped[datetime | None] = mapped_column(UtcTime)
    # An MCP server is to be asked which tools it has; a worker does it and takes this away.
    tools_wanted_since: Mapped[datetime | None] = mapped_column(UtcTime, index=True)

    secret: Mapped[Secret | None] = relationship(
        lazy="joined", viewonly=True, foreign_keys=[workspace_id, secret_id]
    )
    author: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[created_by])

    @property
    def sign_in(self) -> SignIn:
        """How it shows who it is."""
        return SignIn(self.config_json["sign_in"])

    @property
    def is_mailbox(self) -> bool:
        """Whether it leads to an IMAP mailbox, and not to a web service."""
        return self.connector_type is ConnectorType.IMAP

    @property
    def is_server(self) -> bool:
        """Whether it is an MCP server, whose tools agents may use."""
        return self.connector_type is ConnectorType.MCP

    @property
    def signs_in(self) -> bool:
        """Whether a person signs in at the service itself, and no token is typed."""
        return "oauth" in self.config_json

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody has done so, and nobody signed out."""
        return self.signs_in and self.secret is not None

    @property
    def rights(self) -> str:
        """What the sign-in may do there, in the server's words; empty where nobody said."""
        return str(self.config_json.get("oauth", {}).get("scope", ""))

    @property
    def asked_rights(self) -> str:
        """What it may do, and what the last sign-in asked for besides."""
        return joined(self.rights, self.config_json.get("oauth", {}).get("asked", ""))

    @property
    def is_asked_again(self) -> bool:
        """Whether the service wants what the last sign-in asked for, and nothing else."""
        return not without(self.wanted_rights, self.asked_rights)

    @property
    def hosts(self) -> list[str]:
        """Patterns of the hosts it may be sent to; with a secret, those the secret is bound to."""
        if self.secret is not None:
            return self.secret.hosts
        return list(self.config_json.get("hosts", []))
