"""Starting a run: the flow is frozen, the run is a committed row, and only then the bell rings."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.engine.redact import Redactor
from app.engine.states import RunMode, TriggerType
from app.engine.values import Json
from app.lib import clock, ids
from app.runs.models import Lane, Run, RunState
from app.runs.people_copy import people_copy
from app.vault.keys import Keyring
from app.vault.run_values import RunValues

MAX_TRIGGER_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What sets a run off. Two starts with the same idempotency key are one run.

    `start_node_id` is the start step that fired (None: the one for starting by hand),
    `trigger_id` the trigger it belongs to, `trigger_words` what people read about it. `parent` is
    the run that starts this one, `only_node_id` the one step that is tried.
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
    known = _started_before(session, agent, begin)
    if known is not None:
        return known
    flow_graph = _frozen_graph(session, version)
    run = Run(
        id=ids.new_id(),
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        agent_version_id=version.id,
        flow_graph_id=flow_graph.id,
        trigger_type=begin.trigger_type,
        trigger_payload=people_copy(begin.payload, Redactor()),
        mode=begin.mode,
        lane=begin.lane,
        started_by=begin.by.id if begin.by else None,
        replay_of=begin.replay_of,
        steps_total=_steps_to_do(flow_graph, begin),
        idempotency_key=begin.idempotency_key,
        start_node_id=begin.start_node_id,
        trigger_id=begin.trigger_id,
        trigger_words=begin.trigger_words[:MAX_TRIGGER_WORDS],
        parent_run=begin.parent,
        depth=begin.depth,
        only_node_id=begin.only_node_id,
    )
    session.add(run)
    session.flush()
    _keep_payload(session, keyring, run, begin.payload)
    agent.last_active = clock.now()
    return run


def _steps_to_do(flow_graph: FlowGraph, begin: Start) -> int:
    """How many steps people see move on; those inside loops are told by their loop."""
    if begin.only_node_id is not None:
        return 1
    return sum(1 for node in flow_graph.graph_json["nodes"] if not node.get("parent"))


def _started_before(session: Session, agent: Agent, begin: Start) -> Run | None:
    if begin.idempotency_key is None:
        return None
    return session.scalars(
        select(Run).where(
            Run.workspace_id == agent.workspace_id,
            Run.agent_id == agent.id,
            Run.idempotency_key == begin.idempotency_key,
        )
    ).one_or_none()


def _frozen_graph(session: Session, version: AgentVersion) -> FlowGraph:
    """The graph of the version, held so that the editor cannot change it before it is frozen."""
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
    return flow_graph


def _keep_payload(session: Session, keyring: Keyring, run: Run, payload: dict[str, Any]) -> None:
    values = RunValues(keyring, workspace_id=run.workspace_id, run_id=run.id)
    session.add(
        RunState(
            workspace_id=run.workspace_id,
            run_id=run.id,
            node_id="",
            iteration="",
            ciphertext=values.seal_payload(session, payload),
        )
    )
