"""Wishes of Ana's, and a model whose answers are planted."""

from collections.abc import Iterator
from typing import Any

from app.composing import composer
from app.composing.wishes import Proposal, Surroundings, Wish
from app.engine.graph import Graph
from app.engine.model_port import Answer, Ask, ModelFailed
from tests.composing.flows import AROUND


class Planted:
    """A model that gives what was planted, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self._left = list(answers)
        self.asked: list[Ask] = []

    def answer(self, model: str, ask: Ask) -> Answer:
        self.asked.append(ask)
        data = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        if isinstance(data, ModelFailed):
            raise data
        return Answer(text="" if isinstance(data, dict) else str(data), data=data)

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        yield self.answer(model, ask)


def wish(*said: str, base: Graph | None = None, around: Surroundings = AROUND) -> Wish:
    return Wish(said, base, around)


def by_rules(*said: str, base: Graph | None = None, around: Surroundings = AROUND) -> Proposal:
    return composer.propose(
        wish(*said, base=base, around=around), Planted({}), "", is_practice=True
    )


def by_model(
    model: Planted, *said: str, base: Graph | None = None, around: Surroundings = AROUND
) -> Proposal:
    return composer.propose(wish(*said, base=base, around=around), model, "", is_practice=False)


def types(graph: Graph) -> list[str]:
    return [step.type for step in graph.order]


def names(graph: Graph) -> list[str]:
    return [step.name for step in graph.order]
