"""What exists around an agent's steps: needed to say what is wrong with them."""

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.data_tables import directory as tables
from app.engine import check
from app.engine.check import Known, Problem
from app.engine.graph import Graph
from app.nodes.catalogue import CATALOGUE
from app.variables import directory as variables
from app.vault import facts


def known_to(session: Session, agent: Agent) -> Known:
    """What the agent's workspace has that its steps can use."""
    workspace_id = agent.workspace_id
    return Known(
        connections=facts.connection_facts(session, workspace_id),
        variables=variables.names_of(session, workspace_id),
        choices={"tables": tables.names_of(session, workspace_id)},
    )


def problems_of(session: Session, agent: Agent, graph: Graph) -> tuple[Problem, ...]:
    """What is wrong with the graph in the agent's workspace, in reading order."""
    return check.problems(graph, CATALOGUE, known=known_to(session, agent))
