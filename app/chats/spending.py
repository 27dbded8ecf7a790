"""What chats are to those who count what was spent in them: which run began where, and names."""

import uuid

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.budgets.ports import ChatFacts
from app.chats import statements
from app.chats.models import Chat, ChatAccess
from app.language_models.ports import Use
from app.workspaces.models import Workspace


def chat_of_run(session: Session, workspace_id: uuid.UUID, run_id: uuid.UUID) -> uuid.UUID | None:
    """The chat in which a person's words began this run."""
    row = statements.chat_of_run.row(session.connection(), {"here": workspace_id, "run": run_id})
    found: uuid.UUID | None = row and row.chat_id
    return found


def chats_by_id(
    session: Session, workspace_id: uuid.UUID, chat_ids: frozenset[uuid.UUID]
) -> dict[uuid.UUID, ChatFacts]:
    """What is known of those of these chats that are still there."""
    found = session.execute(
        select(Chat.id, Chat.title, Chat.user_id, User.name, Workspace.slug)
        .join(User, User.id == Chat.user_id)
        .join(Workspace, Workspace.id == Chat.workspace_id)
        .where(Chat.workspace_id == workspace_id, Chat.id.in_(chat_ids))
    )
    return {
        row.id: ChatFacts(row.title, f"/w/{row.slug}/chats/{row.id}", row.user_id, row.name)
        for row in found
    }


def chats_of_reader(
    session: Session,
    workspace_id: uuid.UUID,
    chat_ids: frozenset[uuid.UUID],
    reader_id: uuid.UUID,
) -> dict[uuid.UUID, Use]:
    """Titles and pages of those of these chats that are a person's own, or shared with them."""
    shared = select(ChatAccess.chat_id).where(
        ChatAccess.workspace_id == workspace_id, ChatAccess.user_id == reader_id
    )
    found = session.execute(
        select(Chat.id, Chat.title, Workspace.slug)
        .join(Workspace, Workspace.id == Chat.workspace_id)
        .where(
            Chat.workspace_id == workspace_id,
            Chat.id.in_(chat_ids),
            or_(Chat.user_id == reader_id, Chat.id.in_(shared)),
        )
    )
    return {row.id: Use(row.title, f"/w/{row.slug}/chats/{row.id}") for row in found}
