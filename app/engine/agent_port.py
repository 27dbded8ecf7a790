"""The door to other agents of the same workspace."""

from typing import Protocol

from app.engine.values import Json


class AgentPort(Protocol):
    """Starts runs of other agents; they belong to the run that started them."""

    def start(self, agent_id: str, payload: dict[str, Json], *, key: str, waits: bool) -> str:
        """Start the agent's published version and return the new run's id.

        The same `key` gives the same run again. Raises StepFailed for an agent that is off, not
        published, of another workspace, or that would call itself too deep.
        """
