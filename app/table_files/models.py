"""Files on their way into a table."""

import uuid

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Json, Model, RowId


class TableImport(Model):
    """A file that somebody uploaded and has not brought into a table yet.

    `content` holds its lines, packed; `table_id` is None while the file is to become a table.
    `done` counts the lines that are in, so that an import that was cut off can go on.
    """

    __tablename__ = "table_imports"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            ondelete="CASCADE",
        ),
        Index(None, "created_at"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    table_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    created_by: Mapped[uuid.UUID] = mapped_column(Id, ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    header: Mapped[list[str]] = mapped_column(Json, default=list)
    line_count: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    done: Mapped[int] = mapped_column(default=0)
