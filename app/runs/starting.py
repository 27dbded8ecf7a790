"""Starting a run: the flow is frozen, the run is a committed row, and only then the bell rings."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.engine.redact import Redactor
from app.engine.states import RunMode, RunStatus, TriggerType
from app.engine.values import Json
from app.files import uploads
from app.lib import clock, ids
from app.model import Model, storable
from app.prepared import as_read
from app.runs import start_statements
from app.runs.models import Lane, Run
from app.runs.people_copy import people_copy
from app.vault.keys import Keyring
from app.vault.run_values import RunValues

MAX_TRIGGER_WORDS = 200
MAX_COUNTS_KEPT = 10_000
LAST_ACTIVE_TO = timedelta(minutes=1)  # the agent's last activity is known to the minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What sets a run off. Two starts with the same idempotency key are one run.

    `start_node_id` is the start step that fired (None: the one for starting by hand),
    `trigger_id` the trigger or the proposal it belongs to, `trigger_words` what people read about
    it. `parent` is the run that starts this one, `only_node_id` the one step that is tried.
    `files` are uploads in the payload: they belong to the run from now on. `flow_graph_id` is the
    frozen flow of an earlier run of the agent, which is used instead of the version's.
    """

    payload: dict[str, Json]
    trigger_type: TriggerType
    by: User | None = None
    mode: RunMode = RunMode.LIVE
    lane: Lane = Lane.DEFAULT
    replay_of: uuid.UUID | None = None
    idempotency_key: str | None = None
    start_node_id: str | None = None
    trigger_id: uuid.UUID | None = None
    trigger_words: str = ""
    parent: uuid.UUID | None = None
    depth: int = 0
    only_node_id: str | None = None
    files: Sequence[uuid.UUID] = ()
    flow_graph_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run stands on: its agent, the version and its flow, as the database has them now."""

    workspace_id: uuid.UUID
    agent_id: uuid.UUID
    version_id: uuid.UUID
    last_active: datetime | None
    flow_graph_id: uuid.UUID
    is_frozen: bool


def runnable_version(
    session: Session, agent: Agent, *, may_edit: bool, wants_draft: bool
) -> AgentVersion | None:
    """Which version a person's run uses: the published one, or the draft for those who build.

    None when there is nothing this person may run.
    """
    if agent.is_archived:
        return None
    if may_edit and (wants_draft or not agent.is_published):
        return drafts.draft_of(session, agent)
    return agent.active_version


def start(
    session: Session, keyring: Keyring, *, agent: Agent, version: AgentVersion, begin: Start
) -> Run:
    """Accept a run; call inside `writing()` and ring after it has committed.

    The version's flow is frozen as it is at this moment, later edits do not touch the run.
    """
    session.flush()  # what follows asks the database itself
    agent_id, version_id = identity(agent), identity(version)
    given = {"agent": agent_id, "version": version_id}
    facts = start_statements.facts.row(session.connection(), given)
    if facts is None:
        raise NoResultFound("The agent, its version or its flow is gone.")
    ground = Ground(
        workspace_id=facts.workspace_id,
        agent_id=agent_id,
        version_id=version_id,
        last_active=facts.last_active,
        flow_graph_id=facts.flow_graph_id,
        is_frozen=facts.frozen_at is not None,
    )
    return accept(session, keyring, ground, begin)


def accept(session: Session, keyring: Keyring, ground: Ground, begin: Start) -> Run:
    """As `start`, for a caller who has looked at the ground in this transaction already."""
    graph_id = _graph_id(session, ground, begin)
    row = _told(begin) | {
        "id": ids.new_id(),
        "created_at": clock.now(),
        "workspace_id": ground.workspace_id,
        "agent_id": ground.agent_id,
        "agent_version_id": ground.version_id,
        "flow_graph_id": graph_id,
        "status": RunStatus.PENDING,
        "steps_total": 1 if begin.only_node_id else _steps_to_do(session, graph_id),
    }
    if start_statements.insert_run.row(session.connection(), row) is None:
        # The run of this key is there: it was committed, or began in this transaction.
        given = {"agent": ground.agent_id, "key": begin.idempotency_key}
        return session.scalars(start_statements.started(), given).one()
    _keep_payload(session, keyring, row, begin.payload)
    uploads.attach(session, begin.files, row["id"], workspace_id=ground.workspace_id)
    now = row["created_at"]
    if ground.last_active is None or now - ground.last_active > LAST_ACTIVE_TO:
        start_statements.touch_agent.run(
            session.connection(), {"agent": ground.agent_id, "now": now}
        )
    return as_read(session, Run, row)


def _told(begin: Start) -> dict[str, Any]:
    """The columns of a run that its start says."""
    return {
        "trigger_type": begin.trigger_type,
        "trigger_payload": storable(people_copy(begin.payload, Redactor())),
        "mode": begin.mode,
        "lane": begin.lane,
        "started_by": identity(begin.by) if begin.by else None,
        "replay_of": begin.replay_of,
        "idempotency_key": begin.idempotency_key,
        "start_node_id": begin.start_node_id,
        "trigger_id": begin.trigger_id,
        "trigger_words": begin.trigger_words[:MAX_TRIGGER_WORDS],
        "parent_run": begin.parent,
        "depth": begin.depth,
        "only_node_id": begin.only_node_id,
    }


def identity(row: Model) -> uuid.UUID:
    """The id of a stored row; unlike its attribute, this never asks the database."""
    found: uuid.UUID = inspect(row).identity[0]  # type: ignore[index]  # stored rows have one
    return found


def _steps_to_do(session: Session, graph_id: uuid.UUID) -> int:
    """How many steps people see move on; those inside loops are told by their loop.

    The graph is frozen, so its steps are counted once per process.
    """
    known = _step_counts.get(graph_id)
    if known is None:
        graph = session.scalars(select(FlowGraph.graph_json).where(FlowGraph.id == graph_id)).one()
        known = sum(1 for node in graph["nodes"] if not node.get("parent"))
        if len(_step_counts) >= MAX_COUNTS_KEPT:
            _step_counts.clear()
        _step_counts[graph_id] = known
    return known


_step_counts: dict[uuid.UUID, int] = {}


def _graph_id(session: Session, ground: Ground, begin: Start) -> uuid.UUID:
    if begin.flow_graph_id is not None:
        return _graph_of_earlier(session, ground.agent_id, begin.flow_graph_id)
    if ground.is_frozen:
        return ground.flow_graph_id
    return _frozen_graph(session, ground.version_id).id


def _frozen_graph(session: Session, version_id: uuid.UUID) -> FlowGraph:
    """The graph of the version, held so that the editor cannot change it before it is frozen."""
    version = session.get_one(AgentVersion, version_id)
    if version.status is VersionStatus.DRAFT:
        session.refresh(version, with_for_update=True)
    flow_graph = session.scalars(
        select(FlowGraph)
        .where(
            FlowGraph.workspace_id == version.workspace_id, FlowGraph.id == version.flow_graph_id
        )
        .with_for_update(read=version.status is not VersionStatus.DRAFT)
        .execution_options(populate_existing=True)
    ).one()
    flow_graph.freeze()
    session.flush()
    return flow_graph


def _graph_of_earlier(session: Session, agent_id: uuid.UUID, wanted: uuid.UUID) -> uuid.UUID:
    """The flow itself, which a run of this agent has frozen; raises NoResultFound for others."""
    used = select(Run.flow_graph_id).where(Run.agent_id == agent_id, Run.flow_graph_id == wanted)
    return session.scalars(used.limit(1)).one()


def _keep_payload(
    session: Session, keyring: Keyring, row: dict[str, Any], payload: dict[str, Any]
) -> None:
    values = RunValues(keyring, workspace_id=row["workspace_id"], run_id=row["id"])
    start_statements.insert_payload.run(
        session.connection(),
        {
            "workspace_id": row["workspace_id"],
            "run_id": row["id"],
            "node_id": "",
            "iteration": "",
            "ciphertext": values.seal_payload(session, payload),
        },
    )
