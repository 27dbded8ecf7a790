"""A door to models behind which the practice model answers, and that keeps what it was asked."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.engine.model_port import Answer, Ask, ModelFailed
from app.llm.practice import PracticeModel


class Practising:
    """The port of a workspace that has set up nothing."""

    def __init__(self, *answers: Answer | ModelFailed) -> None:
        self.asked: list[tuple[str, Ask]] = []
        self._answers = list(answers)

    def answer(self, model: str, ask: Ask) -> Answer:
        """What the test said it answers, else what the practice model does."""
        self.asked.append((model, ask))
        if not self._answers:
            return replace(PracticeModel().answer(ask), cost_usd=Decimal(0))
        answer = self._answers.pop(0)
        if isinstance(answer, ModelFailed):
            raise answer
        return answer

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """In one piece."""
        answer = self.answer(model, ask)
        yield answer.text
        yield answer
