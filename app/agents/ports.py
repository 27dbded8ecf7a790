"""What the agents' room tells higher rooms and asks of them; `app/ports.py` fills it in."""

import uuid
from collections.abc import Callable, Mapping
from typing import Literal

from sqlalchemy.orm import Session

from app.agents.models import Agent

Change = Literal["published", "switched_on", "switched_off", "archived", "brought_back"]

# Called inside the transaction that changes the agent.
on_change: list[Callable[[Session, Agent, str], None]] = []

# What a step can choose from in a room above this one, by the `of` of its Pick: the ids and names
# that a workspace has. Lower rooms are asked in `surroundings` itself.
choices: dict[str, Callable[[Session, uuid.UUID], Mapping[str, str]]] = {}


def tell(session: Session, agent: Agent, what: Change) -> None:
    """Tell everybody who listens."""
    for listener in on_change:
        listener(session, agent, what)
