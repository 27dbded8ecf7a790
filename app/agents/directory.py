"""Finding agents, always from their workspace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.agents.models import Agent, AgentStatus, Origin
from app.engine.words import listed
from app.prepared import Prepared
from app.workspaces.models import Workspace

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class AgentPage:
    """One page of the list, newest first; `older_than` is the key that the next page follows."""

    agents: Sequence[Agent]
    older_than: uuid.UUID | None


def by_slug(session: Session, workspace: Workspace, *, slug: str) -> Agent | None:
    """The agent with this slug in this workspace, archived or not."""
    given = {"workspace": workspace.id, "slug": slug}
    return session.scalars(_by_slug(), given).one_or_none()


@cache  # every page of an agent asks for it, and building it costs more than running it
def _by_slug() -> Select[Agent]:
    return select(Agent).where(
        Agent.workspace_id == bindparam("workspace"), Agent.slug == bindparam("slug")
    )


def list_page(
    session: Session,
    workspace: Workspace,
    *,
    words: str = "",
    archived: bool = False,
    built_in: bool = False,
    older_than: uuid.UUID | None = None,
) -> AgentPage:
    """Agents whose name or description has `words` in it; the archived ones or the others.

    built_in: those that come with Lamplight, which are in no other list.
    """
    is_archived = Agent.status == AgentStatus.ARCHIVED
    is_built_in = Agent.origin == Origin.LAMPLIGHT
    query = (
        select(Agent)
        .where(Agent.workspace_id == workspace.id, is_archived if archived else ~is_archived)
        .where(is_built_in if built_in else ~is_built_in)
        .order_by(Agent.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if words:
        query = query.where(
            or_(
                Agent.name.icontains(words, autoescape=True),
                Agent.description.icontains(words, autoescape=True),
            )
        )
    if older_than is not None:
        query = query.where(Agent.id < older_than)
    found = session.scalars(query).all()
    agents = found[:PAGE_SIZE]
    return AgentPage(agents, agents[-1].id if len(found) > PAGE_SIZE else None)


def names_to_call(
    session: Session, workspace_id: uuid.UUID, *, caller_id: uuid.UUID
) -> dict[str, str]:
    """The agents that another one can call, by id: published, not put away, not itself."""
    rows = session.execute(
        select(Agent.id, Agent.name)
        .where(
            Agent.workspace_id == workspace_id,
            Agent.id != caller_id,
            Agent.active_version_id.is_not(None),
            Agent.status != AgentStatus.ARCHIVED,
            or_(Agent.origin != Origin.LAMPLIGHT, _is_built_in(caller_id)),
        )
        .order_by(Agent.name)
    )
    return {str(row.id): row.name for row in rows}


def capabilities(session: Session, workspace_id: uuid.UUID) -> dict[str, str]:
    """What published agents may do, as it was when they were published, by id."""
    rows = session.execute(
        select(Agent.id, Agent.capabilities).where(
            Agent.workspace_id == workspace_id,
            Agent.active_version_id.is_not(None),
            Agent.status != AgentStatus.ARCHIVED,
        )
    )
    return {
        str(row.id): listed([_small(words) for words in row.capabilities])
        for row in rows
        if row.capabilities
    }


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def has_any(session: Session, workspace: Workspace) -> bool:
    """Whether anybody here ever made an agent."""
    return (
        session.scalar(
            select(Agent.id)
            .where(Agent.workspace_id == workspace.id, Agent.origin != Origin.LAMPLIGHT)
            .limit(1)
        )
        is not None
    )


def count_on(session: Session, workspace: Workspace) -> int:
    """How many agents are switched on."""
    on: int = _count_on.row(session.connection(), {"here": workspace.id}).on
    return on


_count_on = Prepared(
    lambda _dialect: (
        select(func.count().label("on"))
        .select_from(Agent)
        .where(
            Agent.workspace_id == bindparam("here"),
            Agent.status == AgentStatus.ACTIVE,
            Agent.origin != Origin.LAMPLIGHT,
        )
    )
)


def _is_built_in(agent_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether this agent comes with Lamplight: only those call each other."""
    caller = aliased(Agent)
    return exists().where(caller.id == agent_id, caller.origin == Origin.LAMPLIGHT)
