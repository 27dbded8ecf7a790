"""Answers "who uses this variable?" by reading the flows that are drafted or in use."""

import uuid
from collections.abc import Iterator

from flask import url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion, FlowGraph, VersionStatus
from app.engine.check_alone import templates_in
from app.engine.graph import Graph
from app.lib.resolver import names_used
from app.variables.ports import Use
from app.workspaces.models import Workspace

_SETTER = "set_variable"


def agents_by_variable(session: Session, workspace_id: uuid.UUID) -> dict[str, list[Use]]:
    """Agents whose draft or active version reads or sets a variable, by the variable's name."""
    workspace = session.get_one(Workspace, workspace_id)
    found = session.execute(
        select(Agent.name, Agent.slug, FlowGraph)
        .join(AgentVersion, and_(AgentVersion.agent_id == Agent.id))
        .join(FlowGraph, FlowGraph.id == AgentVersion.flow_graph_id)
        .where(
            Agent.workspace_id == workspace_id,
            AgentVersion.status.in_((VersionStatus.DRAFT, VersionStatus.ACTIVE)),
        )
        .order_by(Agent.name)
    )
    uses: dict[str, dict[str, Use]] = {}
    for name, slug, flow_graph in found:
        href = url_for("agents.show", workspace_slug=workspace.slug, agent_slug=slug)
        for variable in set(variables_in(flow_graph.graph)):
            uses.setdefault(variable, {})[slug] = Use(name, href)
    return {variable: list(by_slug.values()) for variable, by_slug in uses.items()}


def variables_in(graph: Graph) -> Iterator[str]:
    """The names of the variables that a flow reads or sets."""
    for step in graph.steps:
        if step.type == _SETTER and "{{" not in str(step.fields.get("name")):
            yield str(step.fields.get("name")).strip()
        for template in templates_in(dict(step.fields)):
            for path in names_used(template):
                if len(path.parts) > 1 and path.parts[0] == "vars":
                    yield str(path.parts[1])
