"""A model at a provider: tries again when it is busy, and sees to it that values are as asked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.engine.words import count
from app.lib.safe_http import Door
from app.llm.json_answers import NotAsAsked, values_in
from app.llm.port import Answer, Ask, Message, ModelAccess, ModelFailed, Usage
from app.llm.providers import PROVIDERS

if TYPE_CHECKING:
    from app.llm.wire.spoken import Spoken

MAX_TRIES = 3
MAX_WAIT_S = 60.0
_WAITS_S = (0.5, 2.0)
_LOOKS_S = 0.2
_TRY_AGAIN = frozenset({"busy", "unreachable"})
_IN_WORDS = (
    "Answer with one JSON value that fits this JSON schema, and with nothing else: no words "
    "before or after it.\n"
)


class RemoteModel:
    """One model, asked through the guarded door. What speaks to it is loaded when first asked."""

    def __init__(self, access: ModelAccess, door: Door) -> None:
        self._access = access
        self._door = door
        self._provider = PROVIDERS[access.provider]
        self._lock = Lock()
        self._takes_schema = self._provider.takes_schema

    def answer(self, ask: Ask) -> Answer:
        """The whole answer, its values checked where a schema was given."""
        self._check_tools(ask)
        until = self._until(ask)
        if ask.schema is None:
            return self._tried(ask, until)
        return self._with_values(ask, until)

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The answer's text piece by piece; another try only before the first piece."""
        self._check_tools(ask)
        until = self._until(ask)
        if ask.schema is not None:
            answer = self._with_values(ask, until)
            yield answer.text
            yield answer
            return
        for number in range(1, MAX_TRIES + 1):
            has_begun = False
            try:
                for piece in self._spoken.stream(ask, until=until):
                    has_begun = True
                    yield piece
                return
            except ModelFailed as failed:
                if has_begun:
                    raise
                self._wait(failed, number, ask, until)

    def _check_tools(self, ask: Ask) -> None:
        """Small models call tools wrongly; an agent leads them by JSON when it hears this."""
        if ask.tools and not self._provider.takes_tools:
            raise ModelFailed(f"{self._called} knows no tools of its own.", "refused")

    def _until(self, ask: Ask) -> float:
        """When its time is over. To load what speaks to the provider is not the provider's time."""
        _ = self._spoken
        return monotonic() + ask.time_limit_s

    @cached_property
    def _spoken(self) -> "Spoken":
        with self._lock:
            from app.llm.wire.spoken import Spoken

            return Spoken(self._access, self._door, called=self._called)

    @property
    def _called(self) -> str:
        if self._provider.kind != "address":
            return self._provider.title
        return urlsplit(self._access.address).hostname or self._provider.title

    def _tried(self, ask: Ask, until: float, *, holds_to_schema: bool = False) -> Answer:
        for number in range(1, MAX_TRIES + 1):
            try:
                return self._spoken.answer(ask, until=until, holds_to_schema=holds_to_schema)
            except ModelFailed as failed:
                self._wait(failed, number, ask, until)
        raise AssertionError  # the last wait raises

    def _wait(self, failed: ModelFailed, number: int, ask: Ask, until: float) -> None:
        """Wait for the next try as long as the provider asks; raises where there is none."""
        if failed.kind not in _TRY_AGAIN or failed.is_final:
            raise failed
        asked_s = failed.retry_after_s
        wait_s = _WAITS_S[min(number, len(_WAITS_S)) - 1] if asked_s is None else asked_s
        is_over = number == MAX_TRIES or wait_s > MAX_WAIT_S or monotonic() + wait_s >= until
        if is_over or ask.is_cancelled():
            times = f" It was tried {count(number, 'time')}." if number > 1 else ""
            later = f" It asks to be left alone for {asked_s:.0f} s." if asked_s else ""
            raise ModelFailed(
                f"{failed.sentence}{times}{later}",
                failed.kind,
                retry_after_s=asked_s,
                usage=failed.usage,
            )
        _wait_while(lambda: not ask.is_cancelled(), wait_s)

    def _with_values(self, ask: Ask, until: float) -> Answer:
        """Ask for values, and once more with what is wrong with them."""
        answer, used = self._first_values(ask, until), Usage()
        for is_last in (False, True):
            used = used + answer.usage
            try:
                data = values_in(answer.text, ask.schema or {})
                return replace(answer, data=data, usage=used)
            except NotAsAsked as wrong:
                if is_last or answer.stopped == "length":
                    raise self._not_as_asked(answer, wrong, used) from None
                again = _mended(ask, answer.text, wrong.sentence)
            try:
                answer = self._tried(again, until)
            except ModelFailed as failed:
                failed.usage = failed.usage + used
                raise
        raise AssertionError  # the second round returns or raises

    def _first_values(self, ask: Ask, until: float) -> Answer:
        """Held to the schema by the provider, or asked in words where it cannot do that."""
        if self._takes_schema:
            try:
                return self._tried(ask, until, holds_to_schema=True)
            except ModelFailed as failed:
                if failed.kind != "refused":
                    raise
                answer = self._tried(_in_words(ask), until)
                self._takes_schema = False
                return answer
        return self._tried(_in_words(ask), until)

    def _not_as_asked(self, answer: Answer, wrong: NotAsAsked, used: Usage) -> ModelFailed:
        if answer.stopped == "length":
            sentence = (
                f"The answer of {self._called} was cut off before it was complete: the model may "
                "not say more at once. Ask for less, or let it answer more."
            )
        else:
            sentence = (
                f"{self._called} was asked twice, and its answer is not as expected. "
                f"{wrong.sentence}"
            )
        return ModelFailed(sentence, "answer", usage=used)


def _in_words(ask: Ask) -> Ask:
    told = _IN_WORDS + json.dumps(ask.schema, ensure_ascii=False)
    return replace(ask, messages=(Message("system", told), *ask.messages), schema=None)


def _mended(ask: Ask, said: str, wrong: str) -> Ask:
    plain = _in_words(ask)
    more = Message("user", f"That does not fit. {wrong} Answer again, with the JSON value alone.")
    return replace(plain, messages=(*plain.messages, Message("assistant", said or "…"), more))


def _wait_while(goes_on: Callable[[], bool], seconds: float) -> None:
    end = monotonic() + seconds
    while goes_on() and (left := end - monotonic()) > 0:
        Event().wait(min(left, _LOOKS_S))
