"""What the agents' room tells higher rooms; `app/ports.py` says who listens."""

from collections.abc import Callable
from typing import Literal

from sqlalchemy.orm import Session

from app.agents.models import Agent

Change = Literal["published", "switched_on", "switched_off", "archived", "brought_back"]

# Called inside the transaction that changes the agent.
on_change: list[Callable[[Session, Agent, str], None]] = []


def tell(session: Session, agent: Agent, what: Change) -> None:
    """Tell everybody who listens."""
    for listener in on_change:
        listener(session, agent, what)
