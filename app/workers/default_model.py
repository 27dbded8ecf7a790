"""The model that steps ask which name none: the agent's, else the workspace's."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.model_port import Answer, Ask, ModelPort


@dataclass(frozen=True, slots=True)
class DefaultModel:
    """The model port of a run whose agent may have a default model of its own; empty for none."""

    models: ModelPort
    default: str

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer. Raises ModelFailed."""
        return self.models.answer(model or self.default, ask)

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer piece by piece. Raises ModelFailed."""
        return self.models.stream(model or self.default, ask)
