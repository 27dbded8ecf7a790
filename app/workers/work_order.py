"""Everything a run needs to be worked on, read for a whole batch after it has been claimed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, cast

from sqlalchemy import Select, Table, and_, case, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents.manner import Manner, manner_in
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.engine.errors import GraphRefused, PlanRefused
from app.engine.graph import Graph
from app.engine.plan import Plan, kept_plan, plan
from app.engine.record import StepRecord
from app.engine.states import RunMode, TriggerType
from app.engine.step_type import Pause, Reply
from app.engine.values import Json
from app.nodes.catalogue import CATALOGUE
from app.prepared import Prepared, among, among_values, places_for
from app.runs.models import Run, RunLog, RunNode, RunState, RunWait
from app.runs.run_answers import is_waited_for
from app.runs.waits import ended_below, waits_of
from app.variables.directory import values_of
from app.vault.authoriser import Authoriser
from app.vault.reference_walker import connection_ids
from app.vault.run_values import RunValues
from app.workers.claims import Claim
from app.workers.desk import Desk
from app.workers.run_redactor import RunRedactor
from app.workspaces.models import Workspace

_OF_RUN = (
    "id",
    "mode",
    "trigger_type",
    "trigger_words",
    "start_node_id",
    "only_node_id",
    "replay_of",
    "depth",
    "flow_graph_id",
)


@dataclass(frozen=True, kw_only=True)
class WorkOrder:
    """One claimed run. What can fail for this run alone is worked out when first used."""

    claim: Claim
    mode: RunMode
    trigger_type: TriggerType
    trigger_words: str
    starter: str | None
    start_node_id: str | None
    only_node_id: str | None
    depth: int
    agent_name: str
    manner: Manner
    is_limited: bool
    timezone: str
    variables: Mapping[str, Json]
    kept_plan: Plan | None
    graph_json: Any
    payload: bytes | None
    recorded: Sequence[tuple[RunNode, bytes | None]]
    waiting: Sequence[RunWait]
    ended_below: Mapping[uuid.UUID, Json]
    log_lines: int
    values: RunValues
    authoriser: Authoriser

    @cached_property
    def plan(self) -> Plan:
        """The frozen flow, ready to run. Raises GraphRefused or PlanRefused."""
        return self.kept_plan or plan(Graph.from_json(self.graph_json), CATALOGUE)

    @property
    def is_waited_for(self) -> bool:
        """Whether a caller may wait for the answer of this run."""
        if self.trigger_type is not TriggerType.WEBHOOK:
            return False
        try:
            return is_waited_for(self.trigger_type, self.plan.graph, self.start_node_id)
        except (GraphRefused, PlanRefused):
            return False

    @cached_property
    def trigger(self) -> Json:
        """What the run was started with. Raises CannotOpen."""
        return None if self.payload is None else self.values.open_payload(self.payload)

    @cached_property
    def redactor(self) -> RunRedactor:
        """Knows every secret that this run's connections can use."""
        try:
            return RunRedactor(self.authoriser.redactions(connection_ids(self.plan.graph)))
        except (GraphRefused, PlanRefused):
            return RunRedactor()

    @cached_property
    def history(self) -> Mapping[tuple[str, str], StepRecord]:
        """What earlier claims recorded, with exact outputs. Raises CannotOpen."""
        return {
            (node.node_id, node.iteration): self._record(node, sealed)
            for node, sealed in self.recorded
        }

    @cached_property
    def waits(self) -> Mapping[tuple[str, str], tuple[Pause, Reply | None]]:
        """What steps waited for when an earlier claim ended, and what they heard. As `history`."""
        return {(wait.node_id, wait.iteration): self._wait(wait) for wait in self.waiting}

    @property
    def shown(self) -> Mapping[tuple[str, str], StepRecord]:
        """The same records with the copies of their values that people may see."""
        return {(node.node_id, node.iteration): node.shown for node, _ in self.recorded}

    def _wait(self, wait: RunWait) -> tuple[Pause, Reply | None]:
        place = {"step_id": wait.node_id, "iteration": wait.iteration}
        detail = self.values.open_detail(wait.detail, **place)
        child = None if wait.child_run is None else str(wait.child_run)
        pause = Pause(wait.reason, wait.due, detail, child)
        if wait.reply is None:
            told = self.ended_below.get(wait.child_run) if wait.child_run else None
            return pause, None if told is None else Reply(told)
        return pause, Reply(self.values.open_reply(wait.reply, **place))

    def _record(self, node: RunNode, sealed: bytes | None) -> StepRecord:
        if sealed is None:
            return replace(node.shown, output=None)
        output = self.values.open(sealed, step_id=node.node_id, iteration=node.iteration)
        return replace(node.shown, output=output)


def load(session: Session, desk: Desk, claims: Sequence[Claim]) -> list[WorkOrder]:
    """The work orders of freshly claimed runs, in the order of the claims."""
    facts = _facts_of(session, claims)
    kept = {row.digest: kept_plan(row.digest, CATALOGUE) for row in facts.values()}
    graphs = _graphs(session, {row.flow_graph_id for row in facts.values() if not kept[row.digest]})
    variables = _variables(session, [(claim, kept[facts[claim.run_id].digest]) for claim in claims])
    orders = []
    for claim in claims:
        row = facts[claim.run_id]
        manner = _manner(row)
        # Steps are recorded before the first claim, too, when a run goes on where another was.
        is_begun = claim.number > 1 or row.replay_of is not None or row.only_node_id is not None
        orders.append(
            WorkOrder(
                claim=claim,
                mode=row.mode,
                trigger_type=row.trigger_type,
                trigger_words=row.trigger_words,
                starter=row.starter,
                start_node_id=row.start_node_id,
                only_node_id=row.only_node_id,
                depth=row.depth,
                agent_name=row.agent_name,
                manner=manner,
                is_limited=row.most_of_agent is not None or row.most_of_workspace is not None,
                timezone=manner.timezone or row.timezone,
                variables=variables.get(claim.workspace_id, {}),
                kept_plan=kept[row.digest],
                graph_json=graphs.get(row.flow_graph_id),
                payload=row.payload,
                recorded=_recorded(session, claim) if is_begun else (),
                waiting=waits_of(session, claim.run_id) if claim.number > 1 else (),
                ended_below=ended_below(session, claim.run_id) if claim.number > 1 else {},
                log_lines=_log_lines(session, claim) if is_begun else 0,
                values=desk.values(claim.workspace_id, claim.run_id),
                authoriser=desk.authoriser(claim.workspace_id),
            )
        )
    return orders


@cache
def _facts(places: int) -> Prepared:
    return Prepared(lambda _dialect: _of_runs(places))


def _of_runs(places: int) -> Select[*tuple[Any, ...]]:
    """What the rows of claimed runs say, with what they began with."""
    runs, agents, versions, graphs, workspaces, people, states = (
        cast(Table, model.__table__)
        for model in (Run, Agent, AgentVersion, FlowGraph, Workspace, User, RunState)
    )
    is_draft = versions.c.status == VersionStatus.DRAFT
    is_payload = and_(
        states.c.run_id == runs.c.id, states.c.node_id == "", states.c.iteration == ""
    )
    return (
        select(
            *(runs.c[name] for name in _OF_RUN),
            agents.c.name.label("agent_name"),
            # A version says how it works; of the draft the agent itself does.
            versions.c.spec_json.label("spec"),
            case((is_draft, agents.c.system_message)).label("system_message"),
            case((is_draft, agents.c.config)).label("config"),
            agents.c.max_parallel.label("most_of_agent"),
            workspaces.c.max_parallel.label("most_of_workspace"),
            graphs.c.digest,
            workspaces.c.timezone,
            people.c.name.label("starter"),
            states.c.ciphertext.label("payload"),
        )
        .join(agents, agents.c.id == runs.c.agent_id)
        .join(versions, versions.c.id == runs.c.agent_version_id)
        .join(graphs, graphs.c.id == runs.c.flow_graph_id)
        .join(workspaces, workspaces.c.id == runs.c.workspace_id)
        .outerjoin(people, people.c.id == runs.c.started_by)
        .outerjoin(states, is_payload)
        .where(among(runs.c.id, places))
    )


def _manner(row: Any) -> Manner:
    """How the version works that runs."""
    is_version = row.system_message is None
    own = {"system_message": row.system_message, "config": row.config}
    return manner_in(row.spec if is_version else own)


def _facts_of(session: Session, claims: Sequence[Claim]) -> dict[uuid.UUID, Any]:
    if not claims:
        return {}
    given = among_values([claim.run_id for claim in claims])
    return {
        row.id: row for row in _facts(places_for(len(claims))).rows(session.connection(), given)
    }


def _variables(
    session: Session, planned: Sequence[tuple[Claim, Plan | None]]
) -> dict[uuid.UUID, dict[str, Json]]:
    """The variables of the workspaces whose runs read any, or may do so."""
    wanted = {claim.workspace_id for claim, plan in planned if plan is None or "vars" in plan.roots}
    return {workspace_id: values_of(session, workspace_id) for workspace_id in wanted}


def _graphs(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, Any]:
    if not ids:
        return {}
    found = select(FlowGraph.id, FlowGraph.graph_json).where(FlowGraph.id.in_(ids))
    return {row.id: row.graph_json for row in session.execute(found)}


def _recorded(session: Session, claim: Claim) -> list[tuple[RunNode, bytes | None]]:
    rows = session.execute(
        select(RunNode, RunState.ciphertext)
        .outerjoin(
            RunState,
            and_(
                RunState.run_id == RunNode.run_id,
                RunState.node_id == RunNode.node_id,
                RunState.iteration == RunNode.iteration,
            ),
        )
        .where(RunNode.run_id == claim.run_id)
    )
    return [(row[0], row[1]) for row in rows]


def _log_lines(session: Session, claim: Claim) -> int:
    last = select(func.max(RunLog.seq)).where(RunLog.run_id == claim.run_id)
    return session.scalar(last) or 0
