"""What the editor remembers of each person: which view of an agent was last used, and where."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.lib import clock
from app.model import Id, Model, UtcTime, Word


class EditorView(enum.StrEnum):
    """The views of one draft: two of every flow, and the page of simple agents."""

    CANVAS = "canvas"
    OUTLINE = "outline"
    SIMPLE = "simple"


class CanvasView(Model):
    """How one person last looked at one agent's flow.

    `x` and `y` are the world point at the canvas' top left; None, with `zoom`, before the canvas
    was moved.
    """

    __tablename__ = "canvas_views"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            ondelete="CASCADE",
        ),
        Index(None, "user_id", "updated_at"),
    )

    agent_id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[uuid.UUID] = mapped_column(Id)
    x: Mapped[float | None] = mapped_column()
    y: Mapped[float | None] = mapped_column()
    zoom: Mapped[float | None] = mapped_column()
    view: Mapped[EditorView] = mapped_column(Word(EditorView), default=EditorView.CANVAS)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=clock.now)
