"""A door to models that lets no secret of a run out, whatever a step puts into its question."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from app.engine.model_port import Answer, Ask, Message, ModelPort, ToolCall

Known = Callable[[Any], Any]


class MaskedModels:
    """Hides the secrets that `known` knows in everything that is said to a model."""

    def __init__(self, models: ModelPort, known: Known) -> None:
        self._models = models
        self._known = known

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer."""
        return self._models.answer(model, self._masked(ask))

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer piece by piece."""
        return self._models.stream(model, self._masked(ask))

    def _masked(self, ask: Ask) -> Ask:
        return replace(ask, messages=tuple(self._message(one) for one in ask.messages))

    def _message(self, message: Message) -> Message:
        calls = tuple(
            ToolCall(one.id, one.name, self._known(one.arguments)) for one in message.tool_calls
        )
        return replace(message, text=self._known(message.text), tool_calls=calls)
