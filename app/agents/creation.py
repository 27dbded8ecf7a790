"""How an agent comes into being: empty, from a graph, or as a copy of another."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts
from app.agents.models import Agent, AgentType, Origin
from app.agents.slugs import free_slug
from app.audit import trail
from app.engine import edit
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.workspaces.models import Workspace

FIRST_STEP = "start_form"
MAX_NAME_CHARS = 80
_COPY = "Copy of "


def create(
    session: Session,
    workspace: Workspace,
    *,
    by: User,
    name: str,
    graph: Graph | None = None,
    description: str = "",
    icon: str = "bot",
    origin: Origin = Origin.MADE_HERE,
) -> Agent:
    """A new agent, switched off and with a draft; without a graph it has its first step only.

    `name` has 1 to 80 characters, `description` at most 400. Raises GraphRefused for a graph
    that cannot be kept.
    """
    agent = Agent(
        workspace_id=workspace.id,
        user_id=by.id,
        created_by=by.id,
        name=name,
        slug=free_slug(session, workspace, name=name),
        description=description,
        icon=icon,
        origin=origin,
    )
    return _begin(session, agent, by=by, graph=graph or first_graph(), details={})


def duplicate(session: Session, agent: Agent, *, by: User) -> Agent:
    """A new agent with the draft, settings and words of this one, and a history of its own."""
    workspace = session.get_one(Workspace, agent.workspace_id)
    name = f"{_COPY}{agent.name}"[:MAX_NAME_CHARS].rstrip()
    copy = Agent(
        workspace_id=agent.workspace_id,
        user_id=by.id,
        created_by=by.id,
        name=name,
        slug=free_slug(session, workspace, name=name),
        description=agent.description,
        icon=agent.icon,
        type=AgentType.TASK_EXECUTOR if agent.is_built_in else agent.type,
        system_message=agent.system_message,
        config=dict(agent.config),
        capabilities=list(agent.capabilities),
        origin=Origin.MADE_HERE if agent.is_built_in else agent.origin,
    )
    graph = drafts.draft_of(session, agent).flow_graph.graph
    return _begin(session, copy, by=by, graph=graph, details={"copy_of": str(agent.id)})


def first_graph() -> Graph:
    """The graph of an empty agent: the one step that a run begins with."""
    graph, _ = edit.add_step(Graph.empty(), CATALOGUE[FIRST_STEP])
    return graph


def _begin(
    session: Session, agent: Agent, *, by: User, graph: Graph, details: dict[str, str]
) -> Agent:
    session.add(agent)
    session.flush()
    drafts.open_first(session, agent, by=by, graph=graph)
    trail.record(
        session,
        "agent_created",
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), **details},
    )
    return agent
