"""The three agents that build others: they come with Lamplight, and nobody here changes them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import creation, drafts, lifecycle
from app.agents.models import BUILT_IN, Agent, AgentType, Origin
from app.describing.built_in_flows import building_flow, code_flow, talking_flow
from app.engine.graph import Graph
from app.versions import publication
from app.versions.publication import WideningRefused
from app.workspaces.models import Workspace

UNDERSTANDING = AgentType.PROBLEM_UNDERSTANDING
CREATOR = AgentType.WORKFLOW_CREATOR
GENERATOR = AgentType.CODE_GENERATOR
NOTE = "As Lamplight brings it"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of them, as everybody reads of it."""

    type: AgentType
    name: str
    description: str
    icon: str


_KINDS = (
    _Kind(
        GENERATOR,
        "Code generator",
        "Writes the formulas and the code of a flow that was described in a chat.",
        "code",
    ),
    _Kind(
        CREATOR,
        "Workflow creator",
        "Draws the flow that somebody described in a chat, as a proposal.",
        "workflow",
    ),
    _Kind(
        UNDERSTANDING,
        "Build with me",
        "Describe what an agent shall do. It asks at most three questions and proposes a flow.",
        "sparkles",
    ),
)


def founded(session: Session, workspace: Workspace) -> None:
    """Listens to new workspaces; see `app.workspaces.ports`."""
    ensure(session, workspace)


def ensure(session: Session, workspace: Workspace) -> Agent:
    """Make what is missing of the three, publish what a new Lamplight has changed in them.

    Gives the one that people talk to. Call inside `writing()`.
    """
    made: dict[AgentType, Agent] = {}
    kept = _kept(session, workspace)
    by = session.get_one(User, workspace.owner_id)
    for kind in _KINDS:
        graph = _graph_of(kind.type, made)
        made[kind.type] = _ensured(session, workspace, kind, graph, kept.get(kind.type), by)
    return made[UNDERSTANDING]


def is_ready(session: Session, workspace: Workspace) -> bool:
    """Whether all three are there as this Lamplight brings them: nothing has to be written."""
    kept = _kept(session, workspace)
    return all(
        (one := kept.get(kind.type)) is not None and _is_current(one, _graph_of(kind.type, kept))
        for kind in _KINDS
    )


def talking(session: Session, workspace: Workspace) -> Agent | None:
    """The one that people talk to, if it is there."""
    return _kept(session, workspace).get(UNDERSTANDING)


def creator(session: Session, workspace: Workspace) -> Agent:
    """The one that draws flows; there once anything was described."""
    return _kept(session, workspace)[CREATOR]


def is_of(agent: Agent, kind: AgentType) -> bool:
    """Whether it is this one of the three."""
    return agent.origin is Origin.LAMPLIGHT and agent.type is kind


def _kept(session: Session, workspace: Workspace) -> dict[AgentType, Agent]:
    found = session.scalars(
        select(Agent).where(Agent.workspace_id == workspace.id, Agent.origin == Origin.LAMPLIGHT)
    )
    return {one.type: one for one in found}


def _graph_of(kind: AgentType, others: dict[AgentType, Agent]) -> Graph:
    flows: dict[AgentType, Callable[[], Graph]] = {
        GENERATOR: code_flow,
        CREATOR: building_flow,
        UNDERSTANDING: lambda: talking_flow(_id(others, CREATOR), _id(others, GENERATOR)),
    }
    return flows[kind]()


def _id(others: dict[AgentType, Agent], kind: AgentType) -> str:
    return str(others[kind].id if kind in others else uuid.UUID(int=0))


def _is_current(agent: Agent, graph: Graph) -> bool:
    version = agent.active_version
    return version is not None and version.flow_graph.graph == graph and agent.is_on


def _ensured(
    session: Session, workspace: Workspace, kind: _Kind, graph: Graph, kept: Agent | None, by: User
) -> Agent:
    if kept is not None and _is_current(kept, graph):
        return kept
    agent = kept or creation.create(
        session,
        workspace,
        by=by,
        name=kind.name,
        description=kind.description,
        icon=kind.icon,
        graph=graph,
        origin=Origin.LAMPLIGHT,
    )
    with lifecycle.keeping(agent, built_in=kind.type.value):
        agent.type = kind.type
        _published(session, agent, graph, by)
        lifecycle.switch_on(session, agent, by=by)
    session.flush()
    return agent


def _published(session: Session, agent: Agent, graph: Graph, by: User) -> None:
    revision = drafts.draft_of(session, agent).flow_graph.revision
    held = drafts.change(
        session, agent, by=by, expected_revision=revision, command=lambda _now: graph
    )
    if not publication.is_news(agent, held.graph):
        return
    try:
        publication.publish(session, agent, by=by, expected_revision=held.revision, note=NOTE)
    except WideningRefused as refused:
        confirmed = frozenset(one.key for one in refused.touches)
        publication.publish(
            session,
            agent,
            by=by,
            expected_revision=held.revision,
            note=NOTE,
            confirmed=confirmed,
        )


__all__ = ["BUILT_IN", "CREATOR", "GENERATOR", "UNDERSTANDING", "ensure", "founded", "talking"]
