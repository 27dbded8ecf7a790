"""Answers "who uses this model?", and names agents for what they cost."""

import uuid
from collections.abc import Sequence

from flask import url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion, NodeReference, ReferenceKind, VersionStatus
from app.language_models.ports import Use
from app.workspaces.models import Workspace


def agents_by_models(
    session: Session, workspace_id: uuid.UUID, model_ids: Sequence[uuid.UUID]
) -> list[Use]:
    """Agents whose draft or active version has a step that names one of the models, or whose
    draft asks one where its steps name none, by name.
    """
    if not model_ids:
        return []
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
            AgentVersion.workspace_id == workspace_id,
            AgentVersion.status.in_((VersionStatus.DRAFT, VersionStatus.ACTIVE)),
            NodeReference.kind == ReferenceKind.MODEL,
            NodeReference.target_id.in_(model_ids),
        )
    )
    by_default = Agent.config["model"].as_string().in_([str(one) for one in model_ids])
    found = session.scalars(
        select(Agent)
        .where(Agent.workspace_id == workspace_id, Agent.id.in_(using) | by_default)
        .order_by(Agent.name)
    )
    slug = session.get_one(Workspace, workspace_id).slug
    return [_use(slug, agent) for agent in found]


def agents_by_id(
    session: Session, workspace_id: uuid.UUID, agent_ids: frozenset[uuid.UUID]
) -> dict[uuid.UUID, Use]:
    """Names and pages of those of these agents that are still there."""
    slug = session.get_one(Workspace, workspace_id).slug
    found = session.scalars(
        select(Agent).where(Agent.workspace_id == workspace_id, Agent.id.in_(agent_ids))
    )
    return {agent.id: _use(slug, agent) for agent in found}


def _use(workspace_slug: str, agent: Agent) -> Use:
    href = url_for("agents.show", workspace_slug=workspace_slug, agent_slug=agent.slug)
    return Use(agent.name, href)
