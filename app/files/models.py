"""The rows of stored files; their bytes lie in the store under the same id."""

import uuid

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.values import Json
from app.model import CreatedAt, Id, Model, RowId

_WAITING = sql("run_id IS NULL")


class File(Model):
    """One file of a run. Without a run it is an upload whose run has not begun yet.

    The row decides: it goes with its run or its workspace, and bytes without a row are swept.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.id"], ondelete="CASCADE"
        ),
        Index(None, "workspace_id", "run_id"),
        Index("ix_files_waiting", "created_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    run_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))

    @property
    def value(self) -> dict[str, Json]:
        """The file as a value that steps hand on."""
        return {
            "file": str(self.id),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }
