"""One model of one provider, asked once: no second tries, no checks of what it says."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

from pydantic_ai import UnexpectedModelBehavior
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from app.lib.safe_http import Door
from app.llm.port import Answer, Ask, ModelAccess, ModelFailed, Usage
from app.llm.providers import PROVIDERS
from app.llm.wire.conversation import answer_of, has_ended, history, parameters, settings
from app.llm.wire.guarded_transport import Call, calling, guarded_client
from app.llm.wire.troubles import Troubles

MAX_ANSWER_CHARS = 400_000
_NOTHING = "ended without content"  # what the library says of a stream that was empty
_IN_ONE = "application/json"  # how an answer comes that is no stream
_NO_KEY = "none"  # the libraries insist on one; without a key the door sends none


class _CameInOne(Exception):
    """The service answered at once and whole, although it was asked for a stream."""


class Spoken:
    """Thread-safe: each call has an event loop of its own."""

    def __init__(self, access: ModelAccess, door: Door, *, called: str) -> None:
        self._access = access
        self._called = called
        self._model = _model(access, door)
        self._troubles = Troubles(
            called=called,
            model=access.model,
            key=access.key,
            no_answer=PROVIDERS[access.provider].no_answer,
        )

    def answer(self, ask: Ask, *, until: float, holds_to_schema: bool) -> Answer:
        """The whole answer; raises ModelFailed."""
        call = Call(until, ask.is_cancelled)
        try:
            with calling(call):
                response = asyncio.run(
                    model_request(
                        self._model,
                        history(ask),
                        model_settings=settings(ask),
                        model_request_parameters=parameters(ask, holds_to_schema=holds_to_schema),
                    )
                )
                return self._fits(
                    answer_of(response, model=self._access.model, called=self._called)
                )
        except ModelFailed:
            raise
        except Exception as error:  # the libraries below raise what they like
            raise self._troubles.in_words(error, call, limit_s=ask.time_limit_s) from None

    def stream(self, ask: Ask, *, until: float) -> Iterator[str | Answer]:
        """The answer piece by piece, or in one from a service that cannot do that.

        Raises ModelFailed.
        """
        try:
            yield from self._streamed(ask, Call(until, ask.is_cancelled))
        except _CameInOne:
            answer = self.answer(ask, until=until, holds_to_schema=False)
            if answer.text:
                yield answer.text
            yield answer

    def _streamed(self, ask: Ask, call: Call) -> Iterator[str | Answer]:
        with calling(call), asyncio.Runner() as runner:
            pieces = self._pieces(ask)
            try:
                while (piece := runner.run(_next(pieces))) is not None:
                    yield piece
            except ModelFailed:
                raise
            except Exception as error:  # as above
                if isinstance(error, UnexpectedModelBehavior) and _NOTHING in str(error):
                    if call.media_type == _IN_ONE:
                        raise _CameInOne from None
                    raise self._broken_off(Usage(), has_begun=False) from None
                raise self._troubles.in_words(error, call, limit_s=ask.time_limit_s) from None
            finally:
                runner.run(_close(pieces))

    async def _pieces(self, ask: Ask) -> AsyncIterator[str | Answer]:
        said = 0
        stream = model_request_stream(
            self._model,
            history(ask),
            model_settings=settings(ask),
            model_request_parameters=parameters(ask, holds_to_schema=False),
        )
        async with stream as response:
            async for event in response:
                text = _text_of(event)
                said += len(text)
                if said > MAX_ANSWER_CHARS:
                    raise self._too_much()
                if text:
                    yield text
            whole = response.get()
            answer = answer_of(whole, model=self._access.model, called=self._called)
            if not has_ended(whole):
                raise self._broken_off(answer.usage, has_begun=said > 0)
            yield answer

    def _fits(self, answer: Answer) -> Answer:
        if len(answer.text) > MAX_ANSWER_CHARS:
            raise self._too_much(answer)
        return answer

    def _broken_off(self, usage: Usage, *, has_begun: bool) -> ModelFailed:
        """A stream that just ended; one that had said nothing can simply be asked for again."""
        if not has_begun:
            sentence = f"{self._called} broke off before it had answered anything."
            return ModelFailed(sentence, "unreachable", usage=usage)
        sentence = f"The answer stopped half-way: {self._called} broke it off. Ask again."
        return ModelFailed(sentence, "answer", usage=usage)

    def _too_much(self, answer: Answer | None = None) -> ModelFailed:
        sentence = (
            f"{self._called} answered with more than {MAX_ANSWER_CHARS:,} characters, more than "
            "Lamplight takes in. Ask for less."
        )
        return ModelFailed(sentence, "answer", usage=answer.usage if answer else Usage())


def _model(access: ModelAccess, door: Door) -> Model:
    """The library's model for the wire format of the provider. Tries are ours: it makes one.

    Its clients are told so once; said of a question, it would make a client for each.
    """
    known = PROVIDERS[access.provider]
    client = guarded_client(door, has_key=bool(access.key))
    address, key = access.address or known.address, access.key or _NO_KEY
    if known.wire == "anthropic":
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        anthropic = AnthropicProvider(api_key=key, base_url=address, http_client=client)
        anthropic.client.max_retries = 0
        return AnthropicModel(access.model, provider=anthropic)
    if known.wire == "google":
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        google = GoogleProvider(api_key=key, base_url=address, http_client=client)
        return GoogleModel(access.model, provider=google, settings=ModelSettings(max_retries=0))
    from pydantic_ai.models.openai import (
        OpenAIChatModel,
        OpenAIResponsesModel,
        OpenAIResponsesModelSettings,
    )
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    if known.wire == "responses":
        openai = OpenAIProvider(api_key=key, base_url=address, http_client=client)
        openai.client.max_retries = 0
        kept_nowhere = OpenAIResponsesModelSettings(openai_store=False)
        return OpenAIResponsesModel(access.model, provider=openai, settings=kept_nowhere)
    alike = OpenAICompatibleProvider(known.id, api_key=key, base_url=address, http_client=client)
    alike.client.max_retries = 0
    return OpenAIChatModel(access.model, provider=alike)


def _text_of(event: object) -> str:
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


async def _next(pieces: AsyncIterator[str | Answer]) -> str | Answer | None:
    return await anext(pieces, None)


async def _close(pieces: AsyncIterator[str | Answer]) -> None:
    async with aclosing(pieces):  # type: ignore[type-var]  # an async generator, as it happens
        return
