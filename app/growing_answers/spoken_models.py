"""The models of a step whose answer is just what the chat shows: heard while they speak."""

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from app.engine.model_port import Answer, Ask, ModelFailed, ModelPort
from app.growing_answers.speech import Speech

# The line broke in the middle, or the provider gives no pieces: the same question whole may do.
_BROKE_OFF = frozenset({"busy", "silent", "unreachable", "answer"})
_NO_PIECES = frozenset({"answer"})
LEAST_TIME_S = 1.0


class SpokenModels:
    """A model port that asks for pieces where text is wanted, and lets `speech` show them."""

    def __init__(self, models: ModelPort, speech: Speech) -> None:
        self._models = models
        self._speech = speech
        self._has_said = False

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer. Values and actions are JSON, which nobody is shown."""
        if ask.schema is not None:
            self._speech.take_back()
            return self._models.answer(model, ask)
        until_s = monotonic() + ask.time_limit_s
        turn = self._speech.begin(with_tools=bool(ask.tools))
        try:
            return self._heard(model, ask, turn)
        except ModelFailed as failed:
            self._speech.take_back()
            left_s = until_s - monotonic()
            again = _BROKE_OFF if self._has_said else _NO_PIECES
            if failed.kind not in again or left_s < LEAST_TIME_S or ask.is_cancelled():
                raise
            answer = self._models.answer(model, replace(ask, time_limit_s=left_s))
            return _with(answer, failed)
        except BaseException:
            self._speech.take_back()
            raise

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """As it is: a step that asks for pieces has its own use for them."""
        return self._models.stream(model, ask)

    def _heard(self, model: str, ask: Ask, turn: int) -> Answer:
        self._has_said = False
        for piece in self._models.stream(model, ask):
            if isinstance(piece, Answer):
                if piece.tool_calls:
                    self._speech.take_back()
                else:
                    self._speech.finish(turn)
                return piece
            self._has_said = True
            self._speech.add(piece, turn)
        raise ModelFailed("The model gave no answer.", "answer")


def _with(answer: Answer, failed: ModelFailed) -> Answer:
    """The answer with what was used before it."""
    if not failed.usage.tokens:
        return answer
    costs = (answer.cost_usd, failed.cost_usd)
    cost = None if None in costs else sum(one for one in costs if one is not None)
    return replace(answer, usage=answer.usage + failed.usage, cost_usd=cost or None)
