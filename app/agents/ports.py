"""What the agents' room tells higher rooms and asks of them; `app/ports.py` fills it in."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from app.agents.models import Agent, AgentVersion
from app.engine.problem import Known

Change = Literal["published", "switched_on", "switched_off", "archived", "brought_back"]


@dataclass(frozen=True, slots=True)
class Starter:
    """One thing that starts an agent by itself, for the agent's page.

    `note` is a quieter second line; `href` leads to more, empty for nowhere; `trouble` is the
    sentence that says why it does not work, empty while it does.
    """

    icon: str
    words: str
    note: str = ""
    href: str = ""
    trouble: str = ""


def _none(_session: Session, _agent: Agent) -> list[Starter]:
    return []


def _no_rates(
    _session: Session, _workspace_id: uuid.UUID, _agent_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, object]:
    return {}


def _unmeasured(_session: Session, _agent: Agent) -> None:
    return None


def _unknown(_session: Session, _agent: Agent, _draft: AgentVersion, _known: Known) -> None:
    return None


# What starts an agent by itself, as published: (session, agent).
starters: Callable[[Session, Agent], Sequence[Starter]] = _none

# What an agent is, for its page: (session, agent, draft, what its workspace has). None: unknown.
portrait: Callable[[Session, Agent, AgentVersion, Known], object] = _unknown

# How the agent did lately, for its page: (session, agent). None: it never ran.
performance: Callable[[Session, Agent], object] = _unmeasured

# The same in small for agents in a list, by their id: (session, workspace id, agent ids).
rates: Callable[[Session, uuid.UUID, Sequence[uuid.UUID]], Mapping[uuid.UUID, object]] = _no_rates

# Called inside the transaction that changes the agent.
on_change: list[Callable[[Session, Agent, str], None]] = []

# What a step can choose from in a room above this one, by the `of` of its Pick: the ids and names
# that a workspace has. Lower rooms are asked in `surroundings` itself.
choices: dict[str, Callable[[Session, uuid.UUID], Mapping[str, str]]] = {}


def tell(session: Session, agent: Agent, what: Change) -> None:
    """Tell everybody who listens."""
    for listener in on_change:
        listener(session, agent, what)
