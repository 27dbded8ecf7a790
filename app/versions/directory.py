"""Finding the published versions of an agent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.agents.models import Agent, AgentVersion


def published_versions(session: Session, agent: Agent) -> Sequence[AgentVersion]:
    """All published versions, newest first."""
    return session.scalars(
        select(AgentVersion)
        .where(
            AgentVersion.workspace_id == agent.workspace_id,
            AgentVersion.agent_id == agent.id,
            AgentVersion.version_number.is_not(None),
        )
        .order_by(AgentVersion.version_number.desc())
        .options(joinedload(AgentVersion.author))
    ).all()


def version_numbered(session: Session, agent: Agent, *, number: int) -> AgentVersion | None:
    """The published version with this number."""
    return session.scalars(
        select(AgentVersion).where(
            AgentVersion.workspace_id == agent.workspace_id,
            AgentVersion.agent_id == agent.id,
            AgentVersion.version_number == number,
        )
    ).one_or_none()
