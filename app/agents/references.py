"""Answers "who uses this?" for connections, from the derived rows."""

import uuid
from collections.abc import Sequence

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion, NodeReference, ReferenceKind, VersionStatus
from app.vault.ports import Use

IN_USE = (VersionStatus.DRAFT, VersionStatus.ACTIVE)


def agents_using(session: Session, workspace_id: uuid.UUID, connection_id: uuid.UUID) -> list[Use]:
    """The agents whose draft or active version refers to this connection, by name."""
    return [
        Use(
            agent.name,
            url_for("agents.show", workspace_slug=g.workspace.slug, agent_slug=agent.slug),
        )
        for agent in _agents(session, workspace_id, connection_id)
    ]


def _agents(session: Session, workspace_id: uuid.UUID, connection_id: uuid.UUID) -> Sequence[Agent]:
    graphs = select(NodeReference.flow_graph_id).where(
        NodeReference.workspace_id == workspace_id,
        NodeReference.kind == ReferenceKind.CONNECTION,
        NodeReference.target_id == connection_id,
    )
    users = select(AgentVersion.agent_id).where(
        AgentVersion.workspace_id == workspace_id,
        AgentVersion.status.in_(IN_USE),
        AgentVersion.flow_graph_id.in_(graphs),
    )
    return session.scalars(
        select(Agent)
        .where(Agent.workspace_id == workspace_id, Agent.id.in_(users))
        .order_by(Agent.name)
    ).all()
