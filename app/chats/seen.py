"""What a thread is drawn from: plain rows, read with statements that are built once."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Dialect, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent, FlowGraph
from app.chats.models import Chat, Message, MessageType, Rating, Thumb
from app.chats.open_page import Settled
from app.chats.statements import CHAT, HERE, ME, RUN
from app.engine.graph import Graph
from app.engine.states import RunStatus, StepStatus
from app.prepared import Prepared, among, among_values, places_for
from app.runs.models import Run, RunNode, seconds_between

_LIVE = (RunStatus.PENDING, RunStatus.RUNNING)


class SeenMessage(NamedTuple):
    """A message; the fields are the columns of `_latest`, in its order."""

    id: uuid.UUID
    created_at: datetime
    run_id: uuid.UUID | None
    user_id: uuid.UUID | None
    agent_id: uuid.UUID | None
    type: MessageType
    text: str
    json: Any
    meta: Mapping[str, Any]
    person: str | None
    thumb: Thumb | None  # what the reader thinks of it
    note: str | None


class SeenRun(NamedTuple):
    """A run and whose it is; the fields are the columns of `_runs`, in its order."""

    id: uuid.UUID
    status: RunStatus
    claim: int
    started_at: datetime | None
    finished_at: datetime | None
    error_message: str | None
    steps_done: int
    cost: int
    flow_graph_id: uuid.UUID
    graph_digest: str
    agent_name: str
    agent_icon: str

    @property
    def is_live(self) -> bool:
        """Whether it works now, or will."""
        return self.status in _LIVE

    @property
    def seconds(self) -> float | None:
        """How long it has taken so far, or took in all; None while it has not begun."""
        return seconds_between(self.started_at, self.finished_at)


class SeenStep(NamedTuple):
    """How far a step is; the fields are the columns of `_steps`, in its order."""

    id: str
    status: StepStatus
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None

    @property
    def seconds(self) -> float | None:
        """How long it took, or has taken so far; None until it begins."""
        return seconds_between(self.started_at, self.finished_at)


def latest(session: Session, chat: Chat, to: User, *, most: int) -> list[SeenMessage]:
    """The last messages of a chat, oldest first."""
    return _messages(session, _LATEST, chat, to, {"most": most})


def before(
    session: Session, chat: Chat, to: User, first: uuid.UUID, *, most: int
) -> list[SeenMessage]:
    """The last messages before this one, oldest first."""
    return _messages(session, _BEFORE, chat, to, {"most": most, "first": first})


def behind(
    session: Session, chat: Chat, to: User, settled: Settled, *, most: int
) -> list[SeenMessage]:
    """Those behind the settled ones; none where these do not stand as they did."""
    given = {"first": settled.first, "last": settled.last, "count": settled.count}
    return _messages(session, _BEHIND, chat, to, given | {"most": most})


def runs(
    session: Session, workspace_id: uuid.UUID, run_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, SeenRun]:
    """These runs by their ids."""
    if not run_ids:
        return {}
    prepared = _prepared_runs(places_for(len(run_ids)))
    rows = prepared.rows(session.connection(), {"here": workspace_id} | among_values(run_ids))
    return {row.id: SeenRun._make(row) for row in rows}


def steps(session: Session, run_id: uuid.UUID) -> dict[str, SeenStep]:
    """What is recorded of the steps of a run outside loops, by their ids."""
    rows = _STEPS.rows(session.connection(), {"run": run_id})
    return {row.node_id: SeenStep._make(row) for row in rows}


def graph_of(session: Session, workspace_id: uuid.UUID, run: SeenRun) -> Graph:
    """The flow that a run works through; one whose digest is known is not read again."""
    known = FlowGraph.known(run.graph_digest)
    if known is not None:
        return known
    query = select(FlowGraph).where(
        FlowGraph.workspace_id == workspace_id, FlowGraph.id == run.flow_graph_id
    )
    return session.scalars(query).one().graph


def _messages(
    session: Session, prepared: Prepared, chat: Chat, to: User, given: Mapping[str, Any]
) -> list[SeenMessage]:
    whose = {"here": chat.workspace_id, "chat": chat.id, "me": to.id}
    rows = prepared.rows(session.connection(), {**whose, **given})
    return [SeenMessage._make(row) for row in reversed(rows)]


def _latest(*more: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Message.id,
            Message.created_at,
            Message.run_id,
            Message.user_id,
            Message.agent_id,
            Message.type,
            Message.text,
            Message.json,
            Message.meta,
            User.name.label("person"),
            Rating.thumb,
            Rating.note,
        )
        .outerjoin(User, User.id == Message.user_id)
        .outerjoin(
            Rating,
            (Rating.workspace_id == Message.workspace_id)
            & (Rating.message_id == Message.id)
            & (Rating.user_id == ME),
        )
        .where(*_in_chat(), *more)
        .order_by(Message.id.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def _behind(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    first, last = _message("first"), _message("last")
    still = select(func.count()).where(*_in_chat(), Message.id.between(first, last))
    stand = still.correlate(None).scalar_subquery() == bindparam("count", type_=Integer())
    return _latest(Message.id > last, stand)


def _in_chat() -> tuple[ColumnElement[bool], ...]:
    return (
        Message.workspace_id == HERE,
        Message.chat_id == CHAT,
        Message.set_aside_at.is_(None),
    )


def _message(name: str) -> Any:
    return bindparam(name, type_=Message.id.type)


def _runs(places: int, _dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Run.id,
            Run.status,
            Run.claim,
            Run.started_at,
            Run.finished_at,
            Run.error_message,
            Run.steps_done,
            Run.cost,
            Run.flow_graph_id,
            FlowGraph.digest,
            Agent.name,
            Agent.icon,
        )
        .join(Agent, (Agent.workspace_id == Run.workspace_id) & (Agent.id == Run.agent_id))
        .join(
            FlowGraph,
            (FlowGraph.workspace_id == Run.workspace_id) & (FlowGraph.id == Run.flow_graph_id),
        )
        .where(Run.workspace_id == HERE, among(Run.id.expression, places))
    )


def _steps(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    return select(
        RunNode.node_id,
        RunNode.status,
        RunNode.started_at,
        RunNode.finished_at,
        RunNode.error_message,
    ).where(RunNode.run_id == RUN, RunNode.iteration == "")


@cache
def _prepared_runs(places: int) -> Prepared:
    return Prepared(partial(_runs, places))


_LATEST = Prepared(lambda _dialect: _latest())
_BEFORE = Prepared(lambda _dialect: _latest(Message.id < _message("first")))
_BEHIND = Prepared(_behind)
_STEPS = Prepared(_steps)
