"""Finding chats, always from the workspace and the person who asks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.agents.models import Agent, AgentStatus
from app.chats.models import Access, Chat, ChatAccess, Message
from app.engine.states import RunStatus
from app.lib import clock
from app.runs.models import Run
from app.triggers.models import Trigger, TriggerKind
from app.web.words import local
from app.workspaces.models import Workspace

PAGE_SIZE = 30
LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
OPEN = (*LIVE, RunStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Reach:
    """A chat and how far a person gets in it: `own`, `write`, `read`, or `link` for reading."""

    chat: Chat
    how: str

    @property
    def may_write(self) -> bool:
        """Whether this person's words may be added, as far as the chat says."""
        return self.how in ("own", "write")

    @property
    def is_own(self) -> bool:
        """Whether it is this person's own."""
        return self.how == "own"


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


def reach(session: Session, workspace: Workspace, chat_id: uuid.UUID, person: User) -> Reach | None:
    """The chat as far as this person gets; None for somebody it is nothing to."""
    given = select(ChatAccess.access).where(
        ChatAccess.workspace_id == workspace.id,
        ChatAccess.chat_id == chat_id,
        ChatAccess.user_id == person.id,
    )
    chat = by_id(session, workspace, chat_id)
    if chat is None:
        return None
    if chat.user_id == person.id:
        return Reach(chat, "own")
    access = session.scalar(given)
    if access is not None:
        return Reach(chat, "write" if access is Access.WRITE else "read")
    return Reach(chat, "link") if chat.opened_at is not None else None


def by_id(session: Session, workspace: Workspace, chat_id: uuid.UUID) -> Chat | None:
    """The chat of this workspace with this id, whoever's it is."""
    return session.scalars(
        select(Chat)
        .options(joinedload(Chat.agent), joinedload(Chat.owner))
        .where(Chat.workspace_id == workspace.id, Chat.id == chat_id)
    ).one_or_none()


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


def mark(session: Session, chat: Chat) -> str:
    """Names what an open page shows; another word when anything of it has changed."""
    count, done = session.execute(
        select(func.count(), func.coalesce(func.sum(Run.seq + Run.claim), 0)).where(
            Run.workspace_id == chat.workspace_id,
            Run.id.in_(_runs_of(chat)),
            Run.status.in_(OPEN),
        )
    ).one()
    return f"{chat.seq}.{count}.{done}"


def count_live(session: Session, chat: Chat) -> int:
    """How many runs of this chat work at the moment."""
    found = select(func.count()).where(
        Run.workspace_id == chat.workspace_id, Run.id.in_(_runs_of(chat)), Run.status.in_(LIVE)
    )
    return session.scalar(found) or 0


def run_of(session: Session, chat: Chat, run_id: uuid.UUID) -> Run | None:
    """A run that this chat began."""
    return session.scalars(
        select(Run).where(
            Run.workspace_id == chat.workspace_id, Run.id == run_id, Run.id.in_(_runs_of(chat))
        )
    ).one_or_none()


def message_of(session: Session, chat: Chat, message_id: uuid.UUID) -> Message | None:
    """One message of this chat."""
    return session.scalars(
        select(Message).where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.id == message_id,
        )
    ).one_or_none()


def asked_with(session: Session, chat: Chat, message: Message) -> Sequence[Message]:
    """All parts of what a person said at once: the text and its files."""
    return session.scalars(
        select(Message)
        .where(
            Message.workspace_id == chat.workspace_id,
            Message.chat_id == chat.id,
            Message.run_id == message.run_id,
            Message.user_id.is_not(None),
        )
        .order_by(Message.id)
    ).all()


def agents_to_talk_to(session: Session, workspace: Workspace) -> Sequence[Agent]:
    """The agents that answer in a chat now, by name."""
    return session.scalars(
        select(Agent)
        .where(
            Agent.workspace_id == workspace.id,
            Agent.status == AgentStatus.ACTIVE,
            Agent.id.in_(
                select(Trigger.agent_id).where(
                    Trigger.workspace_id == workspace.id,
                    Trigger.kind == TriggerKind.CHAT,
                    Trigger.is_present,
                )
            ),
        )
        .order_by(Agent.name)
    ).all()


def start_of(session: Session, agent: Agent) -> Trigger | None:
    """The start step by which its published version takes messages; None where it takes none."""
    return session.scalars(
        select(Trigger)
        .where(
            Trigger.workspace_id == agent.workspace_id,
            Trigger.agent_id == agent.id,
            Trigger.kind == TriggerKind.CHAT,
            Trigger.is_present,
        )
        .order_by(Trigger.id)
        .limit(1)
    ).one_or_none()


def _runs_of(chat: Chat) -> Any:
    return select(Message.run_id).where(
        Message.workspace_id == chat.workspace_id,
        Message.chat_id == chat.id,
        Message.user_id.is_not(None),
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
