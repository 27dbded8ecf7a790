"""Publishing: the draft is frozen as a version with a number, and becomes the active one."""

import enum
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.agents import drafts, graph_rows, ports
from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.agents.surroundings import problems_of
from app.audit import trail
from app.engine.check import Problem
from app.engine.errors import EditRefused
from app.engine.graph import SCHEMA, Graph
from app.lib import clock
from app.nodes.catalogue import CATALOGUE

FIRST_VERSION = "1.0.0"


class Bump(enum.StrEnum):
    """Which part of the version number grows (semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


class PublicationRefused(Exception):
    """The draft has problems that keep it from working; nothing was published."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


def publish(
    session: Session,
    agent: Agent,
    *,
    by: User,
    expected_revision: int,
    note: str = "",
    bump: Bump = Bump.MINOR,
) -> AgentVersion:
    """Freeze the draft as the agent's new active version.

    Raises PublicationRefused while the draft has errors, DraftMoved when it is not at
    `expected_revision` any more, EditRefused when the agent is archived or nothing is new.
    """
    draft, flow_graph = drafts.locked(session, agent)
    _refuse_unready(session, agent, flow_graph, expected_revision)
    flow_graph.freeze()
    version = AgentVersion(
        workspace_id=agent.workspace_id,
        agent_id=agent.id,
        version_number=_next_number(session, agent),
        version=next_version(agent, bump),
        spec_json=spec(agent, flow_graph.graph),
        flow_graph_id=draft.flow_graph_id,
        status=VersionStatus.ACTIVE,
        note=note,
        created_by=by.id,
        published_at=clock.now(),
    )
    _make_active(session, agent, version)
    trail.record(
        session,
        "agent_published",
        workspace_id=agent.workspace_id,
        actor_id=by.id,
        subject=agent.name,
        details={"agent": str(agent.id), "version": version.version},
    )
    ports.tell(session, agent, "published")
    return version


def spec(agent: Agent, graph: Graph) -> dict[str, Any]:
    """All that decides how the agent behaves; running, comparing and restoring read this."""
    starts = [step for step in graph.steps if _is_start(step.type)]
    return {
        "schema": SCHEMA,
        "graph": graph.digest,
        "type": agent.type.value,
        "system_message": agent.system_message,
        "config": agent.config,
        "capabilities": agent.capabilities,
        "command": agent.command,
        "models": [],
        "triggers": [{"step": step.id, "type": step.type} for step in starts],
    }


def is_news(agent: Agent, graph: Graph) -> bool:
    """Whether publishing this graph would change how the agent behaves."""
    active = agent.active_version
    return active is None or active.spec_json != spec(agent, graph)


def next_version(agent: Agent, bump: Bump) -> str:
    """The semantic version that follows the active one."""
    if not agent.version:
        return FIRST_VERSION
    major, minor, patch = (int(part) for part in agent.version.split("."))
    if bump is Bump.MAJOR:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if bump is Bump.MINOR else f"{major}.{minor}.{patch + 1}"


def _refuse_unready(
    session: Session, agent: Agent, flow_graph: FlowGraph, expected_revision: int
) -> None:
    if agent.is_archived:
        raise EditRefused("This agent is put away. Bring it back before you publish it.")
    if flow_graph.revision != expected_revision:
        raise drafts.DraftMoved
    graph = flow_graph.graph
    found = problems_of(session, agent, graph)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise PublicationRefused(errors)
    if not is_news(agent, graph):
        raise EditRefused(f"Nothing has changed since version {agent.version}.")


def _make_active(session: Session, agent: Agent, version: AgentVersion) -> None:
    """The earlier one first: the database allows one active version at any moment."""
    earlier = agent.active_version
    session.execute(
        update(AgentVersion)
        .where(AgentVersion.agent_id == agent.id, AgentVersion.status == VersionStatus.ACTIVE)
        .values(status=VersionStatus.ARCHIVED)
    )
    session.add(version)
    session.flush()
    agent.active_version_id, agent.version = version.id, version.version
    agent.updated_at = clock.now()
    session.flush()
    session.expire(agent, ["active_version"])
    if earlier is not None:
        graph_rows.drop_unused(session, earlier.flow_graph_id)


def _next_number(session: Session, agent: Agent) -> int:
    newest = session.scalar(
        select(func.max(AgentVersion.version_number)).where(AgentVersion.agent_id == agent.id)
    )
    return (newest or 0) + 1


def _is_start(step_type: str) -> bool:
    return step_type in CATALOGUE and CATALOGUE[step_type].is_start
