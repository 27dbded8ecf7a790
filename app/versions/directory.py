"""Finding the published versions of an agent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload

from app.agents.models import Agent, AgentVersion

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One page of the list, newest first; `older_than` is the number that the next one follows."""

    versions: Sequence[AgentVersion]
    older_than: int | None


def list_page(session: Session, agent: Agent, *, older_than: int | None = None) -> VersionPage:
    """Published versions with their authors, newest first; their words are left in the database."""
    query = _newest_first(agent).options(defer(AgentVersion.spec_markdown)).limit(PAGE_SIZE + 1)
    if older_than is not None:
        query = query.where(AgentVersion.version_number < older_than)
    found = session.scalars(query).all()
    shown = found[:PAGE_SIZE]
    return VersionPage(shown, shown[-1].version_number if len(found) > PAGE_SIZE else None)


def published_versions(session: Session, agent: Agent) -> Sequence[AgentVersion]:
    """All published versions, newest first."""
    return session.scalars(_newest_first(agent)).all()


def version_numbered(session: Session, agent: Agent, *, number: int) -> AgentVersion | None:
    """The published version with this number."""
    return session.scalars(_published(agent).where(AgentVersion.version_number == number)).first()


def version_before(session: Session, agent: Agent, *, number: int) -> AgentVersion | None:
    """The published version before the one with this number; None before the first."""
    earlier = _newest_first(agent).where(AgentVersion.version_number < number).limit(1)
    return session.scalars(earlier).first()


def _newest_first(agent: Agent) -> Select[AgentVersion]:
    query = _published(agent).order_by(AgentVersion.version_number.desc())
    return query.options(joinedload(AgentVersion.author))


def _published(agent: Agent) -> Select[AgentVersion]:
    return select(AgentVersion).where(
        AgentVersion.workspace_id == agent.workspace_id,
        AgentVersion.agent_id == agent.id,
        AgentVersion.version_number.is_not(None),
    )
