"""What an agent can touch: worked out from its flow and the agents it calls, with their names."""

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentStatus, AgentVersion, FlowGraph
from app.engine import reach_card, reach_card_words
from app.engine.graph import Graph
from app.engine.problem import Known
from app.engine.reach_card import Touch
from app.engine.reach_card_words import Line
from app.nodes.catalogue import CATALOGUE


def reach_of(session: Session, agent: Agent, graph: Graph, known: Known) -> tuple[Touch, ...]:
    """All that this flow of the agent can touch, through published versions of others, too."""

    def called(agent_id: str) -> Graph | None:
        return _published_graph(session, agent, agent_id)

    return reach_card.reach_of(graph, CATALOGUE, known=known, called=called)


def card_of(touched: Iterable[Touch], graph: Graph, known: Known) -> tuple[Line, ...]:
    """The entries of the reach card."""
    return reach_card_words.lines(tuple(touched), names_in(graph), known)


def names_in(*graphs: Graph) -> Mapping[str, str]:
    """The names of the steps of some flows, by id; the last flow counts."""
    return {step.id: step.name for graph in graphs for step in graph.steps}


def _published_graph(session: Session, caller: Agent, agent_id: str) -> Graph | None:
    try:
        target = uuid.UUID(agent_id)
    except ValueError:
        return None
    flow_graph = session.scalars(
        select(FlowGraph)
        .join(AgentVersion, AgentVersion.flow_graph_id == FlowGraph.id)
        .join(
            Agent,
            and_(
                Agent.active_version_id == AgentVersion.id,
                Agent.workspace_id == AgentVersion.workspace_id,
            ),
        )
        .where(
            FlowGraph.workspace_id == caller.workspace_id,
            Agent.workspace_id == caller.workspace_id,
            Agent.id == target,
            Agent.status != AgentStatus.ARCHIVED,
        )
    ).one_or_none()
    return flow_graph.graph if flow_graph else None
