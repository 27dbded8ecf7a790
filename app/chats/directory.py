"""Finding chats, always from the workspace and the person who asks."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import User
from app.agents.models import Agent, AgentStatus
from app.chats import statements
from app.chats.models import Access, Chat, Message
from app.engine.states import RunStatus
from app.prepared import as_read
from app.runs.models import Run
from app.triggers.models import Trigger, TriggerKind
from app.workspaces.models import Workspace

WRITERS = ("own", "write")


@dataclass(frozen=True, slots=True)
class Reach:
    """A chat and how far a person gets in it: `own`, `write`, `read`, or `link` for reading.

    `start` is the start step by which its agent's published version takes messages, if it does.
    """

    chat: Chat
    how: str
    start: uuid.UUID | None = None

    @property
    def may_write(self) -> bool:
        """Whether this person's words may be added, as far as the chat says."""
        return self.how in WRITERS

    @property
    def is_own(self) -> bool:
        """Whether it is this person's own."""
        return self.how == "own"


class Mark(NamedTuple):
    """How a chat stands: its `seq`, how many runs work and wait, and how far they all are."""

    seq: int
    live: int
    waiting: int
    done: int

    @property
    def has_runs(self) -> bool:
        """Whether anything works or waits."""
        return bool(self.live or self.waiting)

    def __str__(self) -> str:
        """As an open page says what it has seen."""
        return f"{self.seq}.{self.live + self.waiting}.{self.done}"


class Glimpse(NamedTuple):
    """How far a person gets in a chat, as in `Reach`, whether it is a trial, and how it stands.

    `run` is how the run stands that was asked about; None where the chat began no such run.
    """

    how: str
    is_trial: bool
    mark: Mark
    run: RunStatus | None = None

    @property
    def may_write(self) -> bool:
        """As in `Reach`."""
        return self.how in WRITERS


class ChatStart(NamedTuple):
    """A start step that takes messages."""

    id: uuid.UUID
    settings: dict[str, Any]


def reach(session: Session, workspace: Workspace, chat_id: uuid.UUID, person: User) -> Reach | None:
    """The chat as far as this person gets; None for somebody it is nothing to."""
    given = {"here": workspace.id, "chat": chat_id, "me": person.id}
    row = statements.reach.row(session.connection(), given)
    if row is None:
        return None
    of_chat, of_agent = statements.OF_CHAT, statements.OF_AGENT
    chat = as_read(session, Chat, dict(zip(of_chat.names, row, strict=False)))
    agent = as_read(session, Agent, dict(zip(of_agent.names, row[len(of_chat) :], strict=False)))
    set_committed_value(chat, "agent", agent)
    if chat.user_id == person.id:
        set_committed_value(chat, "owner", person)
    how = _how(chat, row.access, person)
    return Reach(chat, how, row.start) if how else None


def by_id(session: Session, workspace: Workspace, chat_id: uuid.UUID) -> Chat | None:
    """The chat of this workspace with this id, whoever's it is."""
    return session.scalars(_chat(), {"here": workspace.id, "chat": chat_id}).one_or_none()


@cache
def _chat() -> Select[Chat]:
    return (
        select(Chat)
        .options(joinedload(Chat.agent), joinedload(Chat.owner))
        .where(Chat.workspace_id == bindparam("here"), Chat.id == bindparam("chat"))
    )


def glimpse(
    session: Session,
    workspace: Workspace,
    chat_id: uuid.UUID,
    person: User,
    *,
    run_id: uuid.UUID | None = None,
) -> Glimpse | None:
    """What a page that asks again needs to know, also of one of the runs in the chat.

    None for somebody the chat is nothing to.
    """
    given = {"here": workspace.id, "chat": chat_id, "me": person.id, "run": run_id}
    asked = statements.glimpse_by if run_id else statements.glimpse
    row = asked.row(session.connection(), given)
    how = None if row is None else _how(row, row.access, person)
    if how is None:
        return None
    mark = Mark(row.seq, row.live, row.waiting, row.done)
    return Glimpse(how, row.is_trial, mark, row.run if run_id else None)


def mark(session: Session, chat: Chat) -> Mark:
    """What names the state of the chat: another when anything of it has changed."""
    given = {"here": chat.workspace_id, "chat": chat.id, "me": chat.user_id}
    row = statements.glimpse.row(session.connection(), given)
    if row is None:
        return Mark(chat.seq, 0, 0, 0)  # it goes at this moment
    return Mark(row.seq, row.live, row.waiting, row.done)


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


def start_of(session: Session, agent: Agent) -> ChatStart | None:
    """The start step by which its published version takes messages; None where it takes none."""
    given = {"here": agent.workspace_id, "agent": agent.id}
    row = statements.start.row(session.connection(), given)
    return None if row is None else ChatStart(*row)


def _how(chat: Any, access: Access | None, person: User) -> str | None:
    if chat.user_id == person.id:
        return "own"
    if access is not None:
        return "write" if access is Access.WRITE else "read"
    return "link" if chat.opened_at is not None else None


def _runs_of(chat: Chat) -> Any:
    return select(Message.run_id).where(
        Message.workspace_id == chat.workspace_id,
        Message.chat_id == chat.id,
        Message.user_id.is_not(None),
    )
