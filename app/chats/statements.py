"""What open pages ask for again and again, and what every message asks: built once per process."""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from app.accounts.models import User
from app.agents.models import Agent
from app.chats.models import Chat, ChatAccess, Message, MessageType, Sitting
from app.engine.states import RunStatus
from app.prepared import Columns, Prepared, inserting
from app.runs.models import Run
from app.triggers.models import Trigger, TriggerKind

LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
OPEN = (*LIVE, RunStatus.WAITING)
BEFORE_ALL = uuid.UUID(int=0)
_OF_MESSAGE = (
    *("id", "created_at", "workspace_id", "chat_id", "run_id", "type"),
    *("text", "json", "once", "metadata"),
)
OF_REPLY = (*_OF_MESSAGE, "agent_id")
OF_CHAT, OF_AGENT = Columns(Chat), Columns(Agent)
OF_ASKED = (*_OF_MESSAGE, "user_id", "session_id")
HERE: Any = bindparam("here", type_=Chat.workspace_id.type)
CHAT: Any = bindparam("chat", type_=Chat.id.type)
RUN: Any = bindparam("run", type_=Run.id.type)
ME: Any = bindparam("me", type_=Chat.user_id.type)


def _reach(_dialect: Dialect) -> Select[Any]:
    """A chat with its agent, how far it is given to a person, and the start that takes messages."""
    of_chat = Trigger.workspace_id == HERE, Trigger.agent_id == Chat.agent_id
    start = _start_of(*of_chat).with_only_columns(Trigger.id).correlate(Chat).scalar_subquery()
    return (
        select(
            *OF_CHAT.labelled,
            *OF_AGENT.labelled,
            _access().label("access"),
            start.label("start"),
        )
        .join(Agent, (Agent.workspace_id == Chat.workspace_id) & (Agent.id == Chat.agent_id))
        .where(Chat.workspace_id == HERE, Chat.id == CHAT)
    )


def _access() -> Any:
    return (
        select(ChatAccess.access)
        .where(
            ChatAccess.workspace_id == HERE, ChatAccess.chat_id == CHAT, ChatAccess.user_id == ME
        )
        .scalar_subquery()
    )


def _glimpse(_dialect: Dialect) -> Select[Any]:
    """Who may read a chat, and how it stands: its `seq`, and what the runs in it do."""
    counted = _counted().subquery()
    return (
        select(
            Chat.user_id,
            Chat.is_trial,
            Chat.opened_at,
            _access().label("access"),
            Chat.seq,
            counted.c.live,
            counted.c.waiting,
            counted.c.done,
        )
        .join(counted, true())
        .where(Chat.workspace_id == HERE, Chat.id == CHAT)
    )


def _glimpse_by(dialect: Dialect) -> Select[Any]:
    """As `_glimpse`, and how one of the runs stands that the chat began."""
    run = select(Run.status).where(
        Run.workspace_id == HERE, Run.id == RUN, Run.id.in_(_runs_of_chat())
    )
    return _glimpse(dialect).add_columns(run.scalar_subquery().label("run"))


def _before_sending(dialect: Dialect) -> Select[Any]:
    """What the runs of a chat do, and which of them a message began that was sent with this key."""
    return _counted().add_columns(_sent(dialect).scalar_subquery().label("sent"))


def _counted() -> Select[Any]:
    """How many runs of a chat work and wait, and how far they all are."""
    return select(
        _sum(case((_is(LIVE), 1), else_=0)).label("live"),
        _sum(case((Run.status == RunStatus.WAITING, 1), else_=0)).label("waiting"),
        _sum(Run.seq + Run.claim).label("done"),
    ).where(Run.workspace_id == HERE, Run.id.in_(_runs_of_chat()), _is(OPEN))


def _sent(_dialect: Dialect) -> Select[Any]:
    """The run that a message began which was sent with this key."""
    return select(Message.run_id).where(
        Message.chat_id == CHAT, Message.once == bindparam("key", type_=Message.once.type)
    )


def _said(_dialect: Dialect) -> Select[Any]:
    """What was said in a chat behind a message and after a moment, the newest first."""
    return (
        select(
            Message.id,
            Message.type,
            Message.text,
            Message.json,
            Message.user_id,
            User.name.label("person"),
            Agent.name.label("agent"),
        )
        .outerjoin(User, User.id == Message.user_id)
        .outerjoin(
            Agent, (Agent.workspace_id == Message.workspace_id) & (Agent.id == Message.agent_id)
        )
        .where(
            Message.workspace_id == HERE,
            Message.chat_id == CHAT,
            Message.set_aside_at.is_(None),
            Message.type != MessageType.SYSTEM,
            Message.id > bindparam("summed_to", type_=Message.id.type),
            Message.created_at > bindparam("forgot_at", type_=Message.created_at.type),
        )
        .order_by(Message.id.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def _said_since(_dialect: Dialect) -> Select[Any]:
    """How much was said in the chat of a run since it was summed up: messages, and characters.

    `others` are messages whose length is not that of their text.
    """
    return (
        select(
            func.count().label("count"),
            _sum(func.length(Message.text)).label("chars"),
            _sum(case((Message.text == "", 1), else_=0)).label("others"),
        )
        .select_from(Message)
        .join(Chat, (Chat.workspace_id == Message.workspace_id) & (Chat.id == Message.chat_id))
        .where(
            Message.workspace_id == HERE,
            Message.chat_id == _chat_of_run().scalar_subquery(),
            Message.set_aside_at.is_(None),
            or_(Chat.summed_to.is_(None), Message.id > Chat.summed_to),
            or_(Chat.forgot_at.is_(None), Message.created_at > Chat.forgot_at),
        )
    )


def _chat_of_run() -> Select[Any]:
    """The chat in which a person's words began a run."""
    return (
        select(Message.chat_id)
        .where(Message.workspace_id == HERE, Message.run_id == RUN, Message.user_id.is_not(None))
        .limit(1)
    )


def _last_text(_dialect: Dialect) -> Select[Any]:
    """What a run said last in words."""
    return (
        select(Message.text)
        .where(
            Message.workspace_id == HERE,
            Message.run_id == RUN,
            Message.agent_id.is_not(None),
            Message.type == MessageType.TEXT,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )


def _touched(*, with_words: bool) -> Update:
    """Something in a chat is new."""
    values = {"seq": Chat.seq + 1}
    if with_words:
        values |= {
            name: bindparam(f"new_{name}", type_=Chat.__table__.c[name].type)
            for name in ("last_at", "last_words")
        }
    table = cast(Table, Chat.__table__)
    return (
        update(table)
        .where(table.c.workspace_id == HERE, table.c.id == CHAT)
        .values(**values)
        .returning(table.c.seq, table.c.last_at, table.c.last_words)
    )


def _start(_dialect: Dialect) -> Select[Any]:
    """The start step by which an agent's published version takes messages."""
    agent = bindparam("agent", type_=Trigger.agent_id.type)
    return _start_of(Trigger.workspace_id == HERE, Trigger.agent_id == agent)


def _start_of(*whose: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Trigger.id, Trigger.settings)
        .where(*whose, Trigger.kind == TriggerKind.CHAT, Trigger.is_present)
        .order_by(Trigger.id)
        .limit(1)
    )


def _still_here(_dialect: Dialect) -> Update:
    """The sitting of a person on a device goes on, unless it has ended."""
    table = cast(Table, Sitting.__table__)
    seen: dict[str, Any] = {"last_seen": bindparam("now")}
    going = (
        select(Sitting.id)
        .where(
            Sitting.workspace_id == HERE,
            Sitting.chat_id == CHAT,
            Sitting.user_id == ME,
            Sitting.login_id == bindparam("login", type_=Sitting.login_id.type),
            Sitting.last_seen > bindparam("silent_since", type_=Sitting.last_seen.type),
        )
        .order_by(Sitting.id.desc())
        .limit(1)
    )
    by_id = table.c.id == going.correlate(None).scalar_subquery()
    return update(table).where(by_id).values(seen).returning(table.c.id)


def _runs_of_chat() -> Select[Any]:
    return select(Message.run_id).where(
        Message.workspace_id == HERE, Message.chat_id == CHAT, Message.user_id.is_not(None)
    )


def _is(states: Sequence[RunStatus]) -> Any:
    return Run.status.in_([literal(one, Run.status.type) for one in states])


def _sum(of: Any) -> Any:
    return func.coalesce(func.sum(of), 0)


reach = Prepared(_reach)
glimpse = Prepared(_glimpse)
glimpse_by = Prepared(_glimpse_by)
before_sending = Prepared(_before_sending)
sent = Prepared(_sent)
said = Prepared(_said)
said_since = Prepared(_said_since)
chat_of_run = Prepared(lambda _dialect: _chat_of_run())
last_text = Prepared(_last_text)
reply = Prepared(partial(inserting, Message), columns=OF_REPLY)
asked = Prepared(partial(inserting, Message), columns=OF_ASKED)
start = Prepared(_start)
still_here = Prepared(_still_here)
touch = Prepared(lambda _dialect: _touched(with_words=False))
touch_with_words = Prepared(lambda _dialect: _touched(with_words=True))
