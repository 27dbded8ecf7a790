"""What an agent can touch: worked out from its flow and the agents it calls, with their names."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from app.agents.manner import manner_in
from app.agents.models import Agent, AgentStatus, AgentVersion
from app.engine import reach_card, reach_card_words
from app.engine.field_model import ModelPick
from app.engine.graph import Graph, Step
from app.engine.problem import Known
from app.engine.reach_card import Touch
from app.engine.reach_card_words import Line
from app.nodes.catalogue import CATALOGUE

NOBODY: Mapping[str, Graph] = MappingProxyType({})


def reach_of(
    session: Session,
    agent: Agent,
    graph: Graph,
    known: Known,
    *,
    spec: Mapping[str, Any],
    beside: Mapping[str, Graph] = NOBODY,
) -> tuple[Touch, ...]:
    """All that this flow of the agent can touch, through published versions of others, too.

    `spec` says how the agent works beside its steps: which model it asks where they name none.
    `beside` are flows of agents that are published together with it, by their id.
    """

    def called(agent_id: str) -> Graph | None:
        return beside.get(agent_id) or _published_graph(session, agent, agent_id)

    asked = naming_models(graph, manner_in(spec).model)
    return reach_card.reach_of(asked, CATALOGUE, known=known, called=called)


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
    version = session.scalars(
        select(AgentVersion)
        .options(joinedload(AgentVersion.flow_graph, innerjoin=True))
        .join(
            Agent,
            and_(
                Agent.active_version_id == AgentVersion.id,
                Agent.workspace_id == AgentVersion.workspace_id,
            ),
        )
        .where(
            AgentVersion.workspace_id == caller.workspace_id,
            Agent.workspace_id == caller.workspace_id,
            Agent.id == target,
            Agent.status != AgentStatus.ARCHIVED,
        )
    ).one_or_none()
    if version is None:
        return None
    return naming_models(version.flow_graph.graph, manner_in(version.spec_json).model)


def naming_models(graph: Graph, model: str) -> Graph:
    """The flow in which each step that names no model names the agent's own."""
    if not model:
        return graph
    steps = (_naming_model(step, model) for step in graph.steps)
    return replace(graph, steps=tuple(steps))


def _naming_model(step: Step, model: str) -> Step:
    kind = CATALOGUE.get(step.type)
    picks = (
        [name for name, one in kind.fields.items() if isinstance(one, ModelPick)] if kind else []
    )
    named = {name: model for name in picks if not step.fields.get(name)}
    return replace(step, fields={**step.fields, **named}) if named else step
