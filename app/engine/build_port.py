"""The door through which Lamplight's own agents understand wishes and make flows of them."""

from dataclasses import dataclass
from typing import Protocol

from app.engine.model_port import ModelPort
from app.engine.sandbox_port import SandboxPort


@dataclass(frozen=True, slots=True)
class Grasp:
    """What was understood of a wish. `asked` is the question that waits in the chat, if any.

    `wish` is all that was said so far, for people to read.
    """

    summary: str
    wish: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Sketched:
    """A flow that was proposed: the id of the workflow, its name, steps, and what it says."""

    workflow: str
    name: str
    steps: int
    says: str
    missing: tuple[str, ...] = ()


class BuildPort(Protocol):
    """Open to runs of agents that come with Lamplight; raises StepFailed in all others.

    The wish is what a person wrote in the chat that began the run, or the run above it.
    """

    def understand(self, models: ModelPort, model: str, *, key: str) -> Grasp:
        """Understand the wish, and ask the next question in the chat where one is open."""

    def compose(self, models: ModelPort, model: str, *, key: str) -> Sketched:
        """Propose a flow; the same `key` proposes once."""

    def complete(
        self, workflow: str, models: ModelPort, model: str, *, sandbox: SandboxPort
    ) -> Sketched:
        """Fill in the code of a proposed flow and put its card into the chat."""
