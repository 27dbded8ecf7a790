"""The draft of an agent: the one door through which its steps change, whichever view is used."""

import uuid
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from sqlalchemy import Select, bindparam, literal_column, or_, select
from sqlalchemy.orm import Session, defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import User
from app.agents import graph_rows, lifecycle
from app.agents.link_order import by_ways_out
from app.agents.manner import manner_in
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.audit import trail
from app.engine.errors import EditRefused
from app.engine.graph import Graph
from app.engine.values import Json
from app.lib import clock
from app.model import storable

# A pure edit, as in `app.engine.edit`; it may raise EditRefused with a sentence.
Command: TypeAlias = Callable[[Graph], Graph]
# In the words of its index.
_IS_DRAFT = AgentVersion.status == literal_column(f"'{VersionStatus.DRAFT.value}'")


class DraftMoved(Exception):
    """Somebody saved the draft after this page was read; nothing was changed."""


def draft_of(session: Session, agent: Agent) -> AgentVersion:
    """The row that follows the editor; every agent has exactly one."""
    return session.scalars(_read(), _of(agent)).one()


def draft_and_active(session: Session, agent: Agent) -> tuple[AgentVersion, AgentVersion | None]:
    """The draft, and the version that runs by itself: both in one look."""
    active_id = agent.active_version_id
    found = session.scalars(_read_both(), _of(agent) | {"active": active_id}).all()
    active = next((one for one in found if one.id == active_id), None)
    set_committed_value(agent, "active_version", active)
    return next(one for one in found if one.status is VersionStatus.DRAFT), active


def open_first(session: Session, agent: Agent, *, by: User, graph: Graph) -> AgentVersion:
    """The draft of an agent that has just been made."""
    flow_graph = _new_graph(session, agent, _kept(graph), revision=1)
    draft = AgentVersion(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        flow_graph_id=flow_graph.id,
        status=VersionStatus.DRAFT,
        created_by=by.id,
    )
    session.add(draft)
    graph_rows.rewrite(session, flow_graph)
    return draft


def change(
    session: Session, agent: Agent, *, by: User, expected_revision: int, command: Command
) -> FlowGraph:
    """Apply one pure edit to the draft's graph, and return the graph row that now holds it.

    An edit that changes nothing is never in anybody's way, whatever the revision: a form that is
    sent twice is saved once. Raises DraftMoved when the draft is not at `expected_revision` any
    more, EditRefused when the agent is archived or the edit makes no sense, GraphRefused when
    the result is too large.
    """
    return _change(session, agent, by, expected_revision, lambda before: _kept(command(before)))


def put(
    session: Session, agent: Agent, *, by: User, expected_revision: int, graph_json: Json
) -> tuple[FlowGraph, Graph]:
    """Put a whole flow in place of the draft's; gives the row that holds it, and what was before.

    `graph_json` was let in by `lib.json_guard`, so it is spelled as it can be stored. Raises as
    `change` does, and GraphRefused when it is no flow.
    """
    before: list[Graph] = []

    def read(now: Graph) -> Graph:
        before.append(now)
        return by_ways_out(Graph.from_json(graph_json, known=now))

    return _change(session, agent, by, expected_revision, read), before[0]


def _change(
    session: Session, agent: Agent, by: User, expected_revision: int, command: Command
) -> FlowGraph:
    if agent.is_archived:
        raise EditRefused("This agent is put away. Bring it back before you change it.")
    lifecycle.refuse_built_in(agent)
    draft, flow_graph = locked(session, agent)
    has_moved = flow_graph.revision != expected_revision
    try:
        after = command(flow_graph.graph)
    except EditRefused:
        if has_moved:
            raise DraftMoved from None
        raise
    if after.digest == flow_graph.digest:
        return flow_graph
    if has_moved:
        raise DraftMoved
    return _hold(session, agent, draft, flow_graph, by=by, graph=after)


def bring_back(
    session: Session, agent: Agent, *, version: AgentVersion, by: User, expected_revision: int
) -> FlowGraph:
    """Put the steps of an earlier version into the draft, and how it worked beside them.

    Raises as `change` does.
    """
    earlier = version.flow_graph.graph
    held = change(
        session, agent, by=by, expected_revision=expected_revision, command=lambda _now: earlier
    )
    how = manner_in(version.spec_json)
    agent.system_message, agent.config = how.system_message, how.config
    trail.record(
        session,
        "agent_version_brought_back",
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), "version": version.version},
    )
    return held


def locked(session: Session, agent: Agent) -> tuple[AgentVersion, FlowGraph]:
    """The draft and its graph, read again and held until the transaction ends."""
    draft = session.scalars(_held(), _of(agent)).one()
    given = {"workspace": draft.workspace_id, "graph": draft.flow_graph_id}
    return draft, session.scalars(_held_graph(), given).one()


def _hold(
    session: Session,
    agent: Agent,
    draft: AgentVersion,
    flow_graph: FlowGraph,
    *,
    by: User,
    graph: Graph,
) -> FlowGraph:
    revision = flow_graph.revision + 1
    before = None if flow_graph.is_frozen else flow_graph.graph
    if flow_graph.is_frozen:
        left = flow_graph
        flow_graph = _new_graph(session, agent, graph, revision=revision)
        draft.flow_graph_id = flow_graph.id
        graph_rows.drop_unused(session, left.id)
    else:
        flow_graph.hold(graph)
        flow_graph.revision = revision
    flow_graph.updated_at = agent.updated_at = clock.now()
    draft.created_by = by.id
    graph_rows.rewrite(session, flow_graph, before=before)
    return flow_graph


def _new_graph(session: Session, agent: Agent, graph: Graph, *, revision: int) -> FlowGraph:
    flow_graph = FlowGraph(
        workspace_id=agent.workspace_id,
        graph_json=graph.to_json(),
        digest=graph.digest,
        revision=revision,
    )
    session.add(flow_graph)
    session.flush()
    return flow_graph


def _kept(graph: Graph) -> Graph:
    """The graph as it is stored: links in order, and spelled as the database gives it back."""
    return by_ways_out(Graph.from_json(storable(graph.to_json())))


def _of(agent: Agent) -> dict[str, uuid.UUID]:
    return {"workspace": agent.workspace_id, "agent": agent.id}


# Every page of the editor and every save runs these, and building them costs more than that.
# They leave the JSON of the graph where it is: mostly the graph is known by its digest.


@cache
def _read() -> Select[AgentVersion]:
    graph = joinedload(AgentVersion.flow_graph, innerjoin=True)
    return _draft().options(graph.defer(FlowGraph.graph_json))


@cache
def _read_both() -> Select[AgentVersion]:
    graph = joinedload(AgentVersion.flow_graph, innerjoin=True)
    return (
        select(AgentVersion)
        .where(
            AgentVersion.workspace_id == bindparam("workspace"),
            AgentVersion.agent_id == bindparam("agent"),
            or_(_IS_DRAFT, AgentVersion.id == bindparam("active")),
        )
        .options(graph.defer(FlowGraph.graph_json))
    )


@cache
def _held() -> Select[AgentVersion]:
    return _draft().with_for_update().execution_options(populate_existing=True)


@cache
def _held_graph() -> Select[FlowGraph]:
    return (
        select(FlowGraph)
        .where(FlowGraph.workspace_id == bindparam("workspace"), FlowGraph.id == bindparam("graph"))
        .with_for_update()
        .options(defer(FlowGraph.graph_json))
        .execution_options(populate_existing=True)
    )


def _draft() -> Select[AgentVersion]:
    return select(AgentVersion).where(
        AgentVersion.workspace_id == bindparam("workspace"),
        AgentVersion.agent_id == bindparam("agent"),
        _IS_DRAFT,
    )
