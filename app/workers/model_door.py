"""The steps' way to language models: which one, with its key, what it cost, who stands in."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from threading import Lock
from time import monotonic

from sqlalchemy.orm import Session

from app.budgets.amounts import prompt_tokens, text_tokens
from app.budgets.holding import Hold
from app.budgets.purse import Purse
from app.engine.model_port import Answer, Ask, ModelFailed, Trouble, Usage
from app.language_models.reaching import Reached, Way, way_to
from app.lib.safe_http import Door
from app.llm.connect import connect
from app.llm.masking import masked
from app.llm.port import LanguageModel, ModelAccess
from app.settings import Settings
from app.vault.keys import Keyring
from app.workers.model_notes import ModelNotes
from app.workers.run_redactor import RunRedactor

# What another try at the same model cannot mend.
_ASK_ANOTHER: frozenset[Trouble] = frozenset(
    ("key", "credit", "busy", "silent", "unreachable", "model")
)
_REFUSED: frozenset[Trouble] = frozenset(("key", "credit"))
Connect = Callable[[ModelAccess], LanguageModel]


class Lines:
    """How a worker process reaches models: through a door that is open to them alone.

    To make what speaks to a provider costs milliseconds, so it is kept for the next question. Who
    is not asked for KEPT_S is let go, and the key with it: one that was changed leaves memory so.
    """

    KEPT_S = 60.0
    MOST_KEPT = 64

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._kept: dict[ModelAccess, tuple[float, LanguageModel]] = {}  # asked last comes last

    def __call__(self, access: ModelAccess) -> LanguageModel:
        """A model, ready to be asked; the same one again as long as it is kept."""
        with self._lock:
            _, kept = self._kept.pop(access, (0.0, None))
            model = kept or connect(access, self._door)
            self._kept[access] = monotonic(), model
            if len(self._kept) > self.MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            return model

    def let_go(self) -> None:
        """Forget whoever was not asked lately; call it often."""
        since = monotonic() - self.KEPT_S
        with self._lock:
            self._kept = {one: kept for one, kept in self._kept.items() if kept[0] > since}

    @cached_property
    def _door(self) -> Door:
        return Door(self._settings.model_hosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDoor:
    """The model port of one run; steps on several threads may use it at once."""

    REMEMBERED_S = 5.0  # for how long a run goes on with what it found; not a field

    connect: Connect
    sessions: Callable[[], Session]
    keyring: Keyring
    workspace_id: uuid.UUID
    redactor: RunRedactor
    notes: ModelNotes
    purse: Purse
    _ways: dict[str, tuple[float, Way]] = field(default_factory=dict)

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer, with its cost. Raises ModelFailed."""
        way = self._way(model)
        ask = masked(ask, self.redactor.known)
        try:
            return self._asked(way.first, ask)
        except ModelFailed as failed:
            answer = self._asked(self._other(way, failed), ask)
            return _with(answer, failed.usage, failed.cost_usd)

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer piece by piece. Another model answers only if nothing was said yet."""
        way, has_begun = self._way(model), False
        ask = masked(ask, self.redactor.known)
        try:
            for piece in self._streamed(way.first, ask):
                has_begun = True
                yield piece
        except ModelFailed as failed:
            if has_begun:
                raise
            for piece in self._streamed(self._other(way, failed), ask):
                if isinstance(piece, Answer):
                    yield _with(piece, failed.usage, failed.cost_usd)
                else:
                    yield piece

    def _way(self, model: str) -> Way:
        until, way = self._ways.get(model, (0.0, None))
        if way is None or until < monotonic():
            with self.sessions() as session:
                way = way_to(session, self.keyring, self.workspace_id, model)
            keys = {one.access.key for one in (way.first, way.other) if one is not None}
            self.redactor.learn(keys - {""})
            self._ways[model] = (monotonic() + self.REMEMBERED_S, way)
        return way

    def _other(self, way: Way, failed: ModelFailed) -> Reached:
        """Who answers instead; raises the failure where nobody does."""
        if way.other is None or failed.kind not in _ASK_ANOTHER:
            raise failed
        return way.other

    def _asked(self, reached: Reached, ask: Ask) -> Answer:
        hold, ask = self.purse.hold(ask, reached.price)
        try:
            answer = self.connect(reached.access).answer(ask)
        except ModelFailed as failed:
            raise self._failed(reached, failed, hold) from failed
        except BaseException:
            self._left(reached, ask, "", hold)
            raise
        return self._heard(reached, answer, hold)

    def _streamed(self, reached: Reached, ask: Ask) -> Iterator[str | Answer]:
        hold, ask = self.purse.hold(ask, reached.price)
        said: list[str] = []
        is_settled = False
        try:
            for piece in self.connect(reached.access).stream(ask):
                if isinstance(piece, Answer):
                    is_settled = True
                    yield self._heard(reached, piece, hold)
                else:
                    said.append(piece)
                    yield piece
        except ModelFailed as failed:
            is_settled = True
            raise self._failed(reached, failed, hold) from failed
        finally:
            if not is_settled:
                self._left(reached, ask, "".join(said), hold)

    def _heard(self, reached: Reached, answer: Answer, hold: Hold | None) -> Answer:
        cost = reached.cost(answer.usage)
        self.notes.used(reached, answer.usage, cost, hold)
        self.notes.accepted(reached)
        return replace(answer, model=reached.title, cost_usd=cost)

    def _left(self, reached: Reached, ask: Ask, said: str, hold: Hold | None) -> None:
        """Nobody listened to the end, so the provider's count never came: ours stands for it."""
        guess = Usage(prompt_tokens(ask), text_tokens(said)) if said else Usage()
        self.notes.used(reached, guess, reached.cost(guess), hold)

    def _failed(self, reached: Reached, failed: ModelFailed, hold: Hold | None) -> ModelFailed:
        """The failure with what it cost; a provider that refuses is noted."""
        cost = reached.cost(failed.usage)
        self.notes.used(reached, failed.usage, cost, hold)
        if failed.kind in _REFUSED:
            self.notes.refused(reached, self.redactor.text(failed.sentence))
        return ModelFailed(
            failed.sentence,
            failed.kind,
            retry_after_s=failed.retry_after_s,
            usage=failed.usage,
            cost_usd=cost,
        )


def _with(answer: Answer, usage: Usage, cost_usd: Decimal | None) -> Answer:
    """The answer with what was used before it, by the model that could not answer."""
    if not usage.tokens:
        return answer
    costs = (answer.cost_usd, cost_usd)
    cost = None if None in costs else sum(filter(None, costs), Decimal(0))
    return replace(answer, usage=answer.usage + usage, cost_usd=cost)
