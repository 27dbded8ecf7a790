"""Agents without a version that a flow runs: they can be published together with its agent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents import drafts
from app.agents.manner import manner_of
from app.agents.models import Agent, AgentStatus, AgentVersion, Origin
from app.agents.surroundings import known_to
from app.engine.graph import Graph
from app.engine.problem import Known
from app.vault.reference_walker import references
from app.versions.reach import naming_models

MAX_OTHERS = 40


@dataclass(frozen=True, slots=True)
class Companion:
    """An agent that was never published, and its draft."""

    agent: Agent
    draft: AgentVersion

    @property
    def graph(self) -> Graph:
        """Its flow as it is now."""
        return self.draft.flow_graph.graph


@dataclass(frozen=True, slots=True)
class Company:
    """What is published in one act: `others`, each after those that it runs itself.

    `names` and `flows` are of all of them by id, the agent itself with them.
    """

    others: tuple[Companion, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    flows: Mapping[str, Graph] = field(default_factory=dict)


ALONE = Company()


def company_of(session: Session, agent: Agent, graph: Graph) -> Company:
    """The agents without a version that this flow of the agent runs, and those that they run."""
    others: dict[uuid.UUID, Companion] = {}
    _collect(session, agent, graph, others, {agent.id})
    if not others:
        return ALONE
    everyone = [(one.agent, one.graph) for one in others.values()]
    everyone.append((agent, graph))
    return Company(
        tuple(others.values()),
        {str(one.id): one.name for one, _ in everyone},
        {str(one.id): naming_models(flow, manner_of(one).model) for one, flow in everyone},
    )


def known_in(session: Session, agent: Agent, company: Company) -> Known:
    """What the agent's steps can use, once all of the company is published."""
    known = known_to(session, agent)
    if not company.others:
        return known
    names = {id_: name for id_, name in company.names.items() if id_ != str(agent.id)}
    choices = {of: known.choices[of] for of in known.choices}
    return replace(known, choices={**choices, "agents": {**choices["agents"], **names}})


def _collect(
    session: Session,
    agent: Agent,
    graph: Graph,
    found: dict[uuid.UUID, Companion],
    seen: set[uuid.UUID],
) -> None:
    for one in _unpublished(session, agent, graph):
        if one.id in seen or len(seen) > MAX_OTHERS:
            continue
        seen.add(one.id)
        companion = Companion(one, drafts.draft_of(session, one))
        _collect(session, one, companion.graph, found, seen)
        found[one.id] = companion


def _unpublished(session: Session, agent: Agent, graph: Graph) -> Sequence[Agent]:
    wanted = {one.target_id for one in references(graph) if one.kind == "agent"} - {agent.id}
    if not wanted or agent.is_built_in:
        return ()
    return session.scalars(
        select(Agent)
        .where(
            Agent.workspace_id == agent.workspace_id,
            Agent.id.in_(wanted),
            Agent.active_version_id.is_(None),
            Agent.status != AgentStatus.ARCHIVED,
            Agent.origin != Origin.LAMPLIGHT,
        )
        .order_by(Agent.id)
    ).all()
