"""The statements with which a run is accepted."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Dialect, Select, Table, Update, bindparam, select, update

from app.agents.models import Agent, AgentVersion, FlowGraph
from app.prepared import Prepared, inserting
from app.runs.models import Run, RunState

OF_RUN = (
    "id",
    "created_at",
    "workspace_id",
    "agent_id",
    "agent_version_id",
    "flow_graph_id",
    "status",
    "steps_total",
    "trigger_type",
    "trigger_payload",
    "mode",
    "lane",
    "started_by",
    "replay_of",
    "idempotency_key",
    "start_node_id",
    "trigger_id",
    "trigger_words",
    "parent_run",
    "depth",
    "only_node_id",
)
OF_PAYLOAD = ("workspace_id", "run_id", "node_id", "iteration", "ciphertext")


def _of_agent(_dialect: Dialect) -> Select[*tuple[Any, ...]]:
    """What accepting a run needs to know of its agent, version and flow."""
    return (
        select(
            Agent.workspace_id,
            Agent.last_active,
            AgentVersion.flow_graph_id,
            FlowGraph.frozen_at,
        )
        .join(AgentVersion, AgentVersion.agent_id == Agent.id)
        .join(FlowGraph, FlowGraph.id == AgentVersion.flow_graph_id)
        .where(Agent.id == bindparam("agent"), AgentVersion.id == bindparam("version"))
    )


@cache
def started() -> Select[Run]:
    """The run of an agent that began with a key."""
    return select(Run).where(
        Run.workspace_id
        == select(Agent.workspace_id).where(Agent.id == bindparam("agent")).scalar_subquery(),
        Run.agent_id == bindparam("agent"),
        Run.idempotency_key == bindparam("key"),
    )


def _new_run(dialect: Dialect) -> Any:
    """Two at one moment with the same key are one run, without a savepoint."""
    keys = [Run.workspace_id, Run.idempotency_key]
    made = inserting(Run, dialect).on_conflict_do_nothing(index_elements=keys)
    return made.returning(cast(Table, Run.__table__).c.id)


def _active_now(_dialect: Dialect) -> Update:
    agents = cast(Table, Agent.__table__)
    return (
        update(agents).where(agents.c.id == bindparam("agent")).values(last_active=bindparam("now"))
    )


facts = Prepared(_of_agent)
insert_run = Prepared(_new_run, columns=OF_RUN)
insert_payload = Prepared(lambda dialect: inserting(RunState, dialect), columns=OF_PAYLOAD)
touch_agent = Prepared(_active_now)
