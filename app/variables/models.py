"""The variables of a workspace."""

import enum
import uuid
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.model import CreatedAt, Id, Json, Model, RowId, Word


class VariableKind(enum.StrEnum):
    """What a variable holds."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    JSON = "json"

    @property
    def words(self) -> str:
        """What people read."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    VariableKind.TEXT: "Text",
    VariableKind.NUMBER: "Number",
    VariableKind.YES_NO: "Yes or no",
    VariableKind.JSON: "List or group (JSON)",
}


class Variable(Model):
    """A value with a name, `{{ vars.<name> }}` in steps. Never a secret: anybody here reads it.

    `updated_by` is None when a run set it last; `updated_run` then names the run.
    """

    __tablename__ = "workspace_variables"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("workspaces.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[VariableKind] = mapped_column(Word(VariableKind))
    value: Mapped[Any | None] = mapped_column("value_json", Json)
    description: Mapped[str] = mapped_column(String(400), default="")
    updated_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))
    updated_run: Mapped[uuid.UUID | None] = mapped_column(Id)

    author: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[updated_by])
