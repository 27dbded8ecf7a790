"""Samples: what steps gave once, kept beside the draft so that later steps can be tried with it."""

import uuid
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.model import CreatedAt, Id, Json, Model, RowId


class Sample(Model):
    """The pinned value of one step of a draft.

    `sealed` is the exact value, `shown` its copy for people, `source` says where it came from.
    It belongs to the step's id: copies of the agent and exported flows do not have it, and no
    run but a try reads it.
    """

    __tablename__ = "samples"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("agent_id", "node_id"),
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[RowId]
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    agent_id: Mapped[uuid.UUID] = mapped_column(Id)
    node_id: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    shown: Mapped[Any | None] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(200))
    pinned_by: Mapped[uuid.UUID | None] = mapped_column(Id, ForeignKey("users.id"))

    author: Mapped[User | None] = relationship(viewonly=True, foreign_keys=[pinned_by])
