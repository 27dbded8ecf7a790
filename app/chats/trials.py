"""Chats that try the draft of an agent: for those who may edit it, in nobody's list."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent
from app.chats.models import Chat
from app.engine.graph import Step
from app.engine.states import TriggerType
from app.engine.values import Json
from app.nodes.start_chat import StartChat
from app.runs import starting
from app.runs.models import Lane, Run
from app.runs.starting import Start
from app.vault.keys import Keyring

NO_START = (
    "The draft of “{name}” takes no messages: it has no start “When a chat message comes”. Add one."
)


def trial_of(session: Session, agent: Agent, person: User) -> Chat | None:
    """The chat in which this person tries the draft."""
    return session.scalars(
        select(Chat)
        .where(
            Chat.workspace_id == agent.workspace_id,
            Chat.agent_id == agent.id,
            Chat.user_id == person.id,
            Chat.is_trial,
        )
        .order_by(Chat.id.desc())
        .limit(1)
    ).one_or_none()


def forget(session: Session, agent: Agent, person: User) -> None:
    """Begin anew; the runs stay where runs are listed. Call inside `writing()`."""
    for chat in session.scalars(
        select(Chat).where(
            Chat.workspace_id == agent.workspace_id,
            Chat.agent_id == agent.id,
            Chat.user_id == person.id,
            Chat.is_trial,
        )
    ):
        session.delete(chat)


def start_step(session: Session, agent: Agent) -> Step | None:
    """The step by which the draft takes messages."""
    graph = drafts.draft_of(session, agent).flow_graph.graph
    starts = (one for one in graph.order if one.type == StartChat.type and not one.disabled)
    return next(starts, None)


def settings_of(session: Session, agent: Agent) -> Mapping[str, Json]:
    """The words of welcome and the examples of the draft."""
    start = start_step(session, agent)
    return start.fields if start else {}


def start_run(
    session: Session,
    keyring: Keyring,
    agent: Agent,
    *,
    payload: dict[str, Any],
    key: str,
    by: User,
    files: Sequence[UUID],
) -> Run:
    """A run of the draft as it is now, which must take messages."""
    start = start_step(session, agent)
    begin = Start(
        payload=payload,
        trigger_type=TriggerType.CHAT,
        by=by,
        lane=Lane.CHAT,
        idempotency_key=key,
        start_node_id=start.id if start else None,
        trigger_words="A chat with the draft",
        files=files,
    )
    draft = drafts.draft_of(session, agent)
    return starting.start(session, keyring, agent=agent, version=draft, begin=begin)
