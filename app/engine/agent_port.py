"""The door to other agents of the same workspace."""

from dataclasses import dataclass
from typing import Protocol

from app.engine.form_inputs import FormInput
from app.engine.values import Json


@dataclass(frozen=True, slots=True)
class AgentCard:
    """What another agent is for, and the values that its start asks for."""

    name: str
    description: str
    inputs: tuple[FormInput, ...]


class AgentPort(Protocol):
    """Starts runs of other agents; they belong to the run that started them."""

    def start(self, agent_id: str, payload: dict[str, Json], *, key: str, waits: bool) -> str:
        """Start the agent's published version and return the new run's id.

        The same `key` gives the same run again. Raises StepFailed for an agent that is off, not
        published, of another workspace, or that would call itself too deep.
        """

    def card(self, agent_id: str) -> AgentCard:
        """What the agent is for; raises StepFailed as `start` does."""
