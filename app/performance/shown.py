"""What other rooms' pages show of this one; `app/ports.py` hands it to them."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.performance.figures import Figures, figures_of, rates_of
from app.performance.tally import Tally
from app.workspaces.models import Workspace


def on_its_page(session: Session, agent: Agent) -> Figures | None:
    """The last thirty days, for the agent's page; None while it never ran."""
    workspace = session.get_one(Workspace, agent.workspace_id)
    if agent.last_active is None:
        return None
    found = figures_of(session, workspace, agent.id, in_small=True)
    return found if found.ever.runs else None


def in_lists(
    session: Session, workspace_id: uuid.UUID, agent_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Tally]:
    """The last thirty days of the agents in a list."""
    return rates_of(session, session.get_one(Workspace, workspace_id), agent_ids)
