"""Tables of a workspace and their rows."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.data_tables.columns import Column
from app.model import CreatedAt, Id, Json, Model, RowId, UtcTime


class DataTable(Model):
    """A table: its columns, and how many rows it has."""

    __tablename__ = "data_tables"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "slug"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    created_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(String(400), default="")
    columns_json: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    row_count: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)  # of the row added last

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order people see them."""
        return tuple(Column.from_json(one) for one in self.columns_json)

    @columns.setter
    def columns(self, columns: tuple[Column, ...]) -> None:
        """Put these columns in the place of the old ones."""
        self.columns_json = [one.to_json() for one in columns]


class DataRow(Model):
    """One row: settled values by column key, empty cells left out.

    `folded` is every value as words without case and accents, to search in; `sort_keys` the
    beginnings of its texts in the same spelling, so that both databases sort alike. A row with a
    `bin_id` was deleted by a person and can still be brought back.
    """

    __tablename__ = "data_rows"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("table_id", "position"),
        UniqueConstraint("table_id", "idempotency_key"),
        ForeignKeyConstraint(
            ["workspace_id", "table_id"],
            ["data_tables.workspace_id", "data_tables.id"],
            ondelete="CASCADE",
        ),
        Index(
            "ix_data_rows_bin",
            "binned_at",
            sqlite_where=text("bin_id IS NOT NULL"),
            postgresql_where=text("bin_id IS NOT NULL"),
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    table_id: Mapped[uuid.UUID] = mapped_column(Id)
    position: Mapped[int] = mapped_column()
    revision: Mapped[int] = mapped_column(default=1)
    values: Mapped[dict[str, Any]] = mapped_column("values_json", Json, default=dict)
    folded: Mapped[str] = mapped_column(Text, default="")
    sort_keys: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    idempotency_key: Mapped[str | None] = mapped_column(String(160))
    bin_id: Mapped[uuid.UUID | None] = mapped_column(Id)
    binned_at: Mapped[datetime | None] = mapped_column(UtcTime)
