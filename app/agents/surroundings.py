"""What exists around an agent's steps: needed to say what is wrong with them."""

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.engine import check
from app.engine.check import Known, Problem
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.vault import facts


def known_to(session: Session, agent: Agent) -> Known:
    """The connections and variables of the agent's workspace."""
    return Known(connections=facts.connection_facts(session, agent.workspace_id))


def problems_of(session: Session, agent: Agent, graph: Graph) -> tuple[Problem, ...]:
    """What is wrong with the graph in the agent's workspace, in reading order."""
    return check.problems(graph, CATALOGUE, known=known_to(session, agent))
