"""Answers "who uses this?" for the things that steps refer to, from the derived rows."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.agents.models import (
    Agent,
    AgentStatus,
    AgentVersion,
    NodeReference,
    ReferenceKind,
    VersionStatus,
)
from app.data_tables.ports import Use as TableUse
from app.prepared import Prepared
from app.vault.ports import Use
from app.workspaces.models import Workspace


class UsingAgent(NamedTuple):
    """An agent that refers to something; the fields are the columns of `_users`, in its order."""

    id: uuid.UUID
    name: str
    slug: str
    status: AgentStatus


def agents_using(session: Session, workspace_id: uuid.UUID, connection_id: uuid.UUID) -> list[Use]:
    """Agents whose draft or active version has a step that uses the connection, by name."""
    workspace = session.get_one(Workspace, workspace_id)
    return [
        Use(
            agent.name,
            url_for("agents.show", workspace_slug=workspace.slug, agent_slug=agent.slug),
        )
        for agent in users_of(
            session, workspace_id, kind=ReferenceKind.CONNECTION, target_id=connection_id
        )
    ]


def agents_by_table(session: Session, workspace_id: uuid.UUID) -> dict[uuid.UUID, list[TableUse]]:
    """Agents whose draft or active version has a step that uses a table, by the table's id."""
    workspace = session.get_one(Workspace, workspace_id)
    found = session.execute(
        select(NodeReference.target_id, Agent.name, Agent.slug)
        .join(
            AgentVersion,
            and_(
                AgentVersion.flow_graph_id == NodeReference.flow_graph_id,
                AgentVersion.workspace_id == NodeReference.workspace_id,
            ),
        )
        .join(Agent, and_(Agent.id == AgentVersion.agent_id, Agent.workspace_id == workspace_id))
        .where(
            NodeReference.workspace_id == workspace_id,
            NodeReference.kind == ReferenceKind.TABLE,
            AgentVersion.status.in_((VersionStatus.DRAFT, VersionStatus.ACTIVE)),
        )
        .distinct()
        .order_by(Agent.name)
    )
    uses: dict[uuid.UUID, list[TableUse]] = {}
    for table_id, name, slug in found:
        href = url_for("agents.show", workspace_slug=workspace.slug, agent_slug=slug)
        uses.setdefault(table_id, []).append(TableUse(name, href))
    return uses


def callers_of(session: Session, agent: Agent) -> Sequence[UsingAgent]:
    """Other agents that run this one or watch over it, by name; those put away left out."""
    found = users_of(session, agent.workspace_id, kind=ReferenceKind.AGENT, target_id=agent.id)
    return [one for one in found if one.id != agent.id and one.status is not AgentStatus.ARCHIVED]


def users_of(
    session: Session, workspace_id: uuid.UUID, *, kind: ReferenceKind, target_id: uuid.UUID
) -> Sequence[UsingAgent]:
    """Agents of the workspace whose draft or active version refers to this, by name."""
    given = {"here": workspace_id, "target": target_id}
    return [UsingAgent._make(row) for row in _users(kind).rows(session.connection(), given)]


@cache  # building it costs more than running it
def _users(kind: ReferenceKind) -> Prepared:
    using = (
        select(AgentVersion.agent_id)
        .join(
            NodeReference,
            and_(
                NodeReference.flow_graph_id == AgentVersion.flow_graph_id,
                NodeReference.workspace_id == AgentVersion.workspace_id,
            ),
        )
        .where(
            AgentVersion.workspace_id == bindparam("here"),
            AgentVersion.status.in_((VersionStatus.DRAFT, VersionStatus.ACTIVE)),
            NodeReference.kind == kind,
            NodeReference.target_id == bindparam("target"),
        )
    )
    wanted: Any = (
        select(Agent.id, Agent.name, Agent.slug, Agent.status)
        .where(Agent.workspace_id == bindparam("here"), Agent.id.in_(using))
        .order_by(Agent.name)
    )
    return Prepared(lambda _dialect: wanted)
