"""Proposals: kept when they are made, completed when their code is written, found in their chat."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, FlowGraph
from app.chats.models import Chat
from app.composing.wishes import Proposal
from app.describing.models import Workflow, WorkflowStatus
from app.engine.graph import Graph
from app.lib import clock
from app.model import storable, storable_text

ABOUT = "describing"  # in a chat's metadata: the agent that it is about
FIRST_VERSION = "1.0.0"
MAX_NAME_CHARS = 80
MAX_DESCRIPTION_CHARS = 400
MAX_SPEC_CHARS = 60_000


def about(session: Session, chat: Chat) -> Agent | None:
    """The agent that a chat changes by describing, as long as it is in use."""
    try:
        wanted = uuid.UUID(str(chat.meta.get(ABOUT) or ""))
    except ValueError:
        return None
    return session.scalars(
        select(Agent).where(Agent.workspace_id == chat.workspace_id, Agent.id == wanted)
    ).one_or_none()


def begin_about(chat: Chat, agent: Agent | None) -> None:
    """From now on the chat is about this agent; None: about one that is to be made."""
    chat.meta = {**chat.meta, ABOUT: str(agent.id) if agent else ""}


def keep(
    session: Session, chat: Chat, made: Proposal, *, by: User, once: str, model_says: str
) -> Workflow:
    """Keep what was proposed; earlier proposals of the chat that nobody applied are put aside.

    The same `once` proposes once. Call inside a write transaction.
    """
    known = session.scalars(
        select(Workflow).where(Workflow.chat_id == chat.id, Workflow.once == once)
    ).one_or_none()
    if known is not None:
        return known
    agent = about(session, chat)
    base = _base(session, agent)
    name = storable_text(made.name).strip() or (agent.name if agent else "New agent")
    workflow = Workflow(
        workspace_id=chat.workspace_id,
        user_id=by.id,
        chat_id=chat.id,
        agent_id=agent.id if agent else None,
        flow_graph_id=new_graph(session, chat.workspace_id, made.graph).id,
        base_graph_id=base.id if base else None,
        base_revision=base.revision if base else None,
        number=1 + (_newest_number(session, chat) or 0),
        name=name[:MAX_NAME_CHARS],
        version=FIRST_VERSION,
        description=storable_text(made.description).strip()[:MAX_DESCRIPTION_CHARS],
        tech_spec=storable_text(made.tech_spec)[:MAX_SPEC_CHARS],
        status=WorkflowStatus.DRAFT,
        missing=[storable_text(one)[:600] for one in made.missing[:30]],
        by_patterns=made.by_patterns,
        once=once,
        timestamp=clock.now(),
        meta={"says": storable_text(made.says)[:4_000], "model": model_says},
    )
    _put_aside(session, chat)
    session.add(workflow)
    session.flush()
    return workflow


def complete(session: Session, workflow: Workflow, graph: Graph, missing: Sequence[str]) -> None:
    """Its formulas and code are written: from now on it stays as it is."""
    if graph.digest != workflow.flow_graph.digest:
        workflow.flow_graph_id = new_graph(session, workflow.workspace_id, graph).id
        session.flush()
        session.expire(workflow, ["flow_graph"])
    workflow.flow_graph.freeze()
    workflow.missing = [storable_text(one)[:600] for one in missing[:30]]
    workflow.is_complete, workflow.timestamp = True, clock.now()


def new_graph(session: Session, workspace_id: uuid.UUID, graph: Graph) -> FlowGraph:
    """A row that holds this flow, spelled as it can be stored."""
    kept = Graph.from_json(storable(graph.to_json()))
    row = FlowGraph(
        workspace_id=workspace_id, graph_json=kept.to_json(), digest=kept.digest, revision=1
    )
    session.add(row)
    session.flush()
    return row


def of_chat(session: Session, chat: Chat) -> Sequence[Workflow]:
    """What was proposed in this chat and is ready to look at, the newest first."""
    return session.scalars(
        select(Workflow)
        .where(
            Workflow.workspace_id == chat.workspace_id,
            Workflow.chat_id == chat.id,
            Workflow.is_complete,
        )
        .order_by(Workflow.number.desc())
    ).all()


def by_id(session: Session, workspace_id: uuid.UUID, workflow_id: uuid.UUID) -> Workflow | None:
    """The proposal of this workspace with this id."""
    return session.scalars(
        select(Workflow).where(Workflow.workspace_id == workspace_id, Workflow.id == workflow_id)
    ).one_or_none()


def last_applied(session: Session, chat: Chat) -> datetime | None:
    """When something of this chat was last applied: a wish begins anew after it."""
    return session.scalar(
        select(func.max(Workflow.applied_at)).where(
            Workflow.workspace_id == chat.workspace_id, Workflow.chat_id == chat.id
        )
    )


def _base(session: Session, agent: Agent | None) -> FlowGraph | None:
    if agent is None:
        return None
    _, flow_graph = drafts.locked(session, agent)
    flow_graph.freeze()
    return flow_graph


def _newest_number(session: Session, chat: Chat) -> int | None:
    return session.scalar(select(func.max(Workflow.number)).where(Workflow.chat_id == chat.id))


def _put_aside(session: Session, chat: Chat) -> None:
    session.execute(
        update(Workflow)
        .where(
            Workflow.workspace_id == chat.workspace_id,
            Workflow.chat_id == chat.id,
            Workflow.status == WorkflowStatus.DRAFT,
        )
        .values(status=WorkflowStatus.ARCHIVED, timestamp=clock.now())
    )
