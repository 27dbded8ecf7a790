"""What one step used of language models: counted at the door, so that failed tries count, too."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from threading import Lock

from app.engine.model_port import Answer, Ask, ModelFailed, ModelPort, Usage

_MILLIONTH = Decimal(1_000_000)


class Spent:
    """Tokens, and what they cost in millionths of a US dollar, rounded up.

    `unpriced` of the tokens have a price that nobody knows; they are not in the cost.
    """

    __slots__ = ("_lock", "cost", "tokens", "unpriced")

    def __init__(self, tokens: int = 0, cost: int = 0, unpriced: int = 0) -> None:
        self.tokens = tokens
        self.cost = cost
        self.unpriced = unpriced
        self._lock = Lock()

    def add(self, usage: Usage, cost_usd: Decimal | None) -> None:
        """Count one answer. A step may ask from several threads."""
        cost = int(((cost_usd or Decimal(0)) * _MILLIONTH).to_integral_value(ROUND_CEILING))
        with self._lock:
            self.tokens += usage.tokens
            self.cost += cost
            self.unpriced += usage.tokens if cost_usd is None else 0


class CountedModels:
    """The door to models with a counter beside it."""

    __slots__ = ("_models", "_spent")

    def __init__(self, models: ModelPort, spent: Spent) -> None:
        self._models = models
        self._spent = spent

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer."""
        try:
            answer = self._models.answer(model, ask)
        except ModelFailed as failed:
            self._spent.add(failed.usage, failed.cost_usd)
            raise
        self._spent.add(answer.usage, answer.cost_usd)
        return answer

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer piece by piece."""
        try:
            for piece in self._models.stream(model, ask):
                if isinstance(piece, Answer):
                    self._spent.add(piece.usage, piece.cost_usd)
                yield piece
        except ModelFailed as failed:
            self._spent.add(failed.usage, failed.cost_usd)
            raise
