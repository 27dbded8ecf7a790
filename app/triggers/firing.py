"""A trigger fires: its agent's active version starts at the trigger's own start step."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent, AgentVersion
from app.engine.states import RunMode, RunStatus
from app.engine.values import Json
from app.lib import clock
from app.runs import starting
from app.runs.models import Run
from app.runs.starting import Start
from app.triggers import kinds
from app.triggers.models import Trigger, WhenBusy
from app.vault.keys import Keyring

# Callers by the hundred should not all write the same row.
NOTE_FIRED_EVERY = timedelta(seconds=1)

SWITCHED_OFF = "The agent is switched off."
NOT_PUBLISHED = "The agent is not published."
GONE = "The published version does not have this start any more."
STILL_RUNNING = "A run of this agent is still going, and the start says to skip then."

_LIVE = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Fired:
    """The run that began, or the sentence that says why none did."""

    run: Run | None
    reason: str = ""


def fire(
    session: Session,
    keyring: Keyring,
    trigger: Trigger,
    *,
    payload: Mapping[str, Json],
    key: str,
    words: str,
    by: User | None = None,
    files: Sequence[uuid.UUID] = (),
) -> Fired:
    """Start a run; call inside `writing()` and ring the run's lane after the commit.

    Two calls with the same `key` (up to 120 characters, unique in the workspace) are one run.
    `words` say what fired, for the run's page: “Form “Contact us””. `by` is the person who did
    it, where one is known; `files` are the uploads in the payload.
    """
    agent = trigger.agent
    reason = _why_not(trigger, agent)
    if not reason and trigger.when_busy is WhenBusy.SKIP and _is_busy(session, agent, key):
        reason = STILL_RUNNING
    version = agent.active_version
    if reason or version is None:
        return Fired(None, reason or NOT_PUBLISHED)
    begin = Start(
        payload=dict(payload),
        trigger_type=kinds.STARTS[trigger.kind],
        idempotency_key=key,
        start_node_id=trigger.node_id,
        trigger_id=trigger.id,
        trigger_words=words[:200],
        by=by,
        files=tuple(files),
    )
    _note_fired(trigger)
    return Fired(_started(session, keyring, agent, version, begin))


def _started(
    session: Session, keyring: Keyring, agent: Agent, version: AgentVersion, begin: Start
) -> Run:
    """The run of this key, also when another caller inserts it at the same moment."""
    try:
        with session.begin_nested():
            return starting.start(session, keyring, agent=agent, version=version, begin=begin)
    except IntegrityError:
        # The other one has committed by now, or there would be nothing to collide with.
        return starting.start(session, keyring, agent=agent, version=version, begin=begin)


def _why_not(trigger: Trigger, agent: Agent) -> str:
    if not agent.is_on:
        return SWITCHED_OFF
    if not agent.is_published:
        return NOT_PUBLISHED
    return "" if trigger.is_present else GONE


def _is_busy(session: Session, agent: Agent, key: str) -> bool:
    """Whether another run is going; the agent's row is held, so that two cannot both see none."""
    session.execute(
        select(Agent.id)
        .where(Agent.workspace_id == agent.workspace_id, Agent.id == agent.id)
        .with_for_update()
    )
    going = (
        select(Run.id)
        .where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            Run.status.in_(_LIVE),
            Run.mode != RunMode.REHEARSAL,
            Run.only_node_id.is_(None),
            or_(Run.idempotency_key.is_(None), Run.idempotency_key != key),
        )
        .limit(1)
    )
    return session.scalar(going) is not None


def _note_fired(trigger: Trigger) -> None:
    now = clock.now()
    if trigger.last_fired is None or now - trigger.last_fired >= NOTE_FIRED_EVERY:
        trigger.last_fired = now
