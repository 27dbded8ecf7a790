"""Pictures in chats whose small copies workers have still to draw."""

import uuid
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.model import CreatedAt, Id, Model


class PictureToDraw(Model):
    """One picture that waits; it goes with its message and its file, and when it is drawn.

    `tries` is how often a worker began, `turn` the mark of the one that began last.
    """

    __tablename__ = "pictures_to_draw"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "message_id"],
            ["messages.workspace_id", "messages.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "file_id"], ["files.workspace_id", "files.id"], ondelete="CASCADE"
        ),
        Index(None, "workspace_id", "file_id"),
    )

    MAX_TRIES: ClassVar = 3

    message_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    created_at: Mapped[CreatedAt]
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    file_id: Mapped[uuid.UUID] = mapped_column(Id)
    tries: Mapped[int] = mapped_column(default=0)
    turn: Mapped[str] = mapped_column(String(40), default="")
