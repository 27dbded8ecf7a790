"""A trigger fires: its agent's active version starts at the trigger's own start step."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Dialect, Select, Table, Update, bindparam, or_, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.models import Agent, AgentStatus, AgentVersion, FlowGraph
from app.engine.states import RunMode, RunStatus
from app.engine.values import Json
from app.lib import clock
from app.prepared import Prepared
from app.runs import starting
from app.runs.models import Lane, Run
from app.runs.starting import Ground, Start
from app.triggers import kinds
from app.triggers.called import AnyTrigger
from app.triggers.models import Trigger, WhenBusy
from app.vault.keys import Keyring

# Callers by the hundred should not all write the same row.
NOTE_FIRED_EVERY = timedelta(seconds=1)

SWITCHED_OFF = "The agent is switched off."
NOT_PUBLISHED = "The agent is not published."
GONE = "The published version does not have this start any more."
STILL_RUNNING = "A run of this agent is still going, and the start says to skip then."

_OF_TRIGGER = (
    "id",
    "workspace_id",
    "agent_id",
    "node_id",
    "kind",
    "when_busy",
    "is_present",
    "last_fired",
)
_LIVE = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Fired:
    """The run that began, or the sentence that says why none did."""

    run: Run | None
    reason: str = ""


def fire(
    session: Session,
    keyring: Keyring,
    trigger: AnyTrigger | uuid.UUID,
    *,
    payload: Mapping[str, Json],
    key: str | None,
    words: str,
    by: User | None = None,
    files: Sequence[uuid.UUID] = (),
) -> Fired:
    """Start a run by a trigger or its id; call inside `writing()`, ring its lane after the commit.

    Two calls with the same `key` (up to 120 characters, unique in the workspace) are one run;
    without one every call is a run.
    `words` say what fired, for the run's page: “Form “Contact us””. `by` is the person who did
    it, where one is known; `files` are the uploads in the payload.
    """
    session.flush()  # what follows asks the database itself
    true_now = _state.row(session.connection(), {"trigger": _id(trigger)})
    if true_now is None:
        raise NoResultFound("The trigger is gone.")
    reason = _why_not(true_now)
    if not reason and true_now.when_busy is WhenBusy.SKIP and _is_busy(session, true_now, key):
        reason = STILL_RUNNING
    if reason:
        return Fired(None, reason)
    begin = Start(
        payload=dict(payload),
        trigger_type=kinds.STARTS[true_now.kind],
        lane=kinds.LANES.get(true_now.kind, Lane.DEFAULT),
        idempotency_key=key,
        start_node_id=true_now.node_id,
        trigger_id=true_now.id,
        trigger_words=words[:200],
        by=by,
        files=tuple(files),
    )
    _note_fired(session, true_now)
    return Fired(starting.accept(session, keyring, _ground(true_now), begin))


def _ground(true_now: Any) -> Ground:
    return Ground(
        workspace_id=true_now.workspace_id,
        agent_id=true_now.agent_id,
        version_id=true_now.active_version_id,
        last_active=true_now.last_active,
        flow_graph_id=true_now.flow_graph_id,
        is_frozen=true_now.frozen_at is not None,
    )


def _id(trigger: AnyTrigger | uuid.UUID) -> uuid.UUID:
    if isinstance(trigger, uuid.UUID):
        return trigger
    return starting.identity(trigger) if isinstance(trigger, Trigger) else trigger.id


def _why_not(true_now: Any) -> str:
    if true_now.status is not AgentStatus.ACTIVE:
        return SWITCHED_OFF
    if true_now.active_version_id is None:
        return NOT_PUBLISHED
    return "" if true_now.is_present else GONE


def _is_busy(session: Session, true_now: Any, key: str | None) -> bool:
    """Whether another run is going; the agent's row is held, so that two cannot both see none."""
    session.execute(
        select(Agent.id)
        .where(Agent.workspace_id == true_now.workspace_id, Agent.id == true_now.agent_id)
        .with_for_update()
    )
    going = (
        select(Run.id)
        .where(
            Run.workspace_id == true_now.workspace_id,
            Run.agent_id == true_now.agent_id,
            Run.status.in_(_LIVE),
            Run.mode != RunMode.REHEARSAL,
            Run.only_node_id.is_(None),
            or_(Run.idempotency_key.is_(None), Run.idempotency_key != (key or "")),
        )
        .limit(1)
    )
    return session.scalar(going) is not None


def _note_fired(session: Session, true_now: Any) -> None:
    now = clock.now()
    if true_now.last_fired is None or now - true_now.last_fired >= NOTE_FIRED_EVERY:
        _fired_at.run(session.connection(), {"trigger": true_now.id, "now": now})


def _true_now(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """What is true of a trigger at this moment, of its agent and of the agent's flow."""
    triggers, agents, versions, graphs = (
        cast(Table, model.__table__) for model in (Trigger, Agent, AgentVersion, FlowGraph)
    )
    return (
        select(
            *(triggers.c[name] for name in _OF_TRIGGER),
            *(agents.c[name] for name in ("status", "active_version_id", "last_active")),
            versions.c.flow_graph_id,
            graphs.c.frozen_at,
        )
        .join(agents, agents.c.id == triggers.c.agent_id)
        .outerjoin(versions, versions.c.id == agents.c.active_version_id)
        .outerjoin(graphs, graphs.c.id == versions.c.flow_graph_id)
        .where(triggers.c.id == bindparam("trigger"))
    )


def _noting(_dialect: Dialect) -> Update:
    table = cast(Table, Trigger.__table__)
    moment: dict[str, Any] = {"last_fired": bindparam("now")}
    return update(table).where(table.c.id == bindparam("trigger")).values(moment)


_state = Prepared(_true_now)
_fired_at = Prepared(_noting)
