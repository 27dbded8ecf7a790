"""The list of chats beside an open one: a person's own and those shared with them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent
from app.chats.directory import Mark
from app.chats.models import Chat, ChatAccess, Message
from app.chats.statements import LIVE
from app.engine.states import RunStatus
from app.lib import clock
from app.runs.models import Run
from app.web.words import local
from app.workspaces.models import Workspace

PAGE_SIZE = 30


class Line(NamedTuple):
    """One chat in the list; the fields are the columns of `_lines`, in its order."""

    id: uuid.UUID
    title: str
    agent_name: str
    agent_icon: str
    last_words: str
    last_at: datetime
    user_id: uuid.UUID
    live: int
    waiting: int

    @property
    def is_today(self) -> bool:
        """Whether something was said today, by the reader's clock."""
        return local(self.last_at).date() == local(clock.now()).date()

    @property
    def when(self) -> str:
        """`09:18` today, `Mon` within a week, `12 Nov` before."""
        at = local(self.last_at)
        days = (local(clock.now()).date() - at.date()).days
        return f"{at:%H:%M}" if days == 0 else f"{at:%a}" if days < 7 else f"{at.day} {at:%b}"


@dataclass(frozen=True, slots=True)
class ChatPage:
    """One page of the list, the latest first; `before` names the chat the next page follows."""

    lines: Sequence[Line]
    before: uuid.UUID | None

    def begins_with(self, chat: Chat) -> bool:
        """Whether this chat stands first, and under today."""
        first = self.lines[0] if self.lines else None
        return first is not None and first.id == chat.id and first.is_today


def list_page(
    session: Session,
    workspace: Workspace,
    person: User,
    *,
    words: str = "",
    archived: bool = False,
    before: uuid.UUID | None = None,
) -> ChatPage:
    """The person's chats and those shared with them, in whose title or messages `words` stand."""
    is_archived = Chat.archived_at.is_not(None)
    query = _lines(workspace, person).where(is_archived if archived else ~is_archived)
    if words:
        query = query.where(_about(words))
    if before is not None:
        last = session.execute(
            select(Chat.last_at, Chat.id).where(
                Chat.workspace_id == workspace.id, Chat.id == before
            )
        ).one_or_none()
        if last is not None:
            earlier = and_(Chat.last_at == last.last_at, Chat.id < last.id)
            query = query.where(or_(Chat.last_at < last.last_at, earlier))
    query = query.order_by(Chat.last_at.desc(), Chat.id.desc()).limit(PAGE_SIZE + 1)
    found = [Line(*row) for row in session.execute(query)]
    lines = found[:PAGE_SIZE]
    return ChatPage(lines, lines[-1].id if len(found) > PAGE_SIZE else None)


def line_of(chat: Chat, mark: Mark) -> Line:
    """The chat's line in the list."""
    return Line(
        chat.id,
        chat.title,
        chat.agent.name,
        chat.agent.icon,
        chat.last_words,
        chat.last_at,
        chat.user_id,
        mark.live,
        mark.waiting,
    )


def _lines(workspace: Workspace, person: User) -> Any:
    shared = select(ChatAccess.chat_id).where(
        ChatAccess.workspace_id == workspace.id, ChatAccess.user_id == person.id
    )
    return (
        select(
            Chat.id,
            Chat.title,
            Agent.name,
            Agent.icon,
            Chat.last_words,
            Chat.last_at,
            Chat.user_id,
            _count_runs(LIVE),
            _count_runs((RunStatus.WAITING,)),
        )
        .join(Agent, and_(Agent.workspace_id == Chat.workspace_id, Agent.id == Chat.agent_id))
        .where(
            Chat.workspace_id == workspace.id,
            ~Chat.is_trial,
            or_(Chat.user_id == person.id, Chat.id.in_(shared)),
        )
    )


def _count_runs(states: Sequence[RunStatus]) -> Any:
    return (
        select(func.count())
        .select_from(Message)
        .join(Run, and_(Run.workspace_id == Message.workspace_id, Run.id == Message.run_id))
        .where(
            Message.workspace_id == Chat.workspace_id,
            Message.chat_id == Chat.id,
            Message.user_id.is_not(None),
            Run.status.in_(states),
        )
        .correlate(Chat)
        .scalar_subquery()
    )


def _about(words: str) -> ColumnElement[bool]:
    said = (
        select(Message.id)
        .where(
            Message.workspace_id == Chat.workspace_id,
            Message.chat_id == Chat.id,
            Message.set_aside_at.is_(None),
            Message.text.icontains(words, autoescape=True),
        )
        .correlate(Chat)
        .exists()
    )
    return or_(Chat.title.icontains(words, autoescape=True), said)
