"""Streams that just end: half an answer is never taken for a whole one."""

import json
from collections.abc import Callable, Iterator

import pytest

from app.lib.safe_http import Door
from app.llm.port import Answer, ModelFailed
from tests.llm import stubs
from tests.llm.asking import QUESTION, model
from tests.llm.responses_stub import responses_stream
from tests.loopback import Loopback

Stream = Callable[[list[str]], Iterator[bytes]]
# The events that come before the first word, and those after the last one that still belong to
# an answer that has not ended.
STREAMS: dict[str, tuple[Stream, int, int]] = {
    "openai": (responses_stream, 5, 3),
    "anthropic": (stubs.anthropic_stream, 3, 1),
    "google": (stubs.google_stream, 1, 0),
    "mistral": (stubs.openai_stream, 1, 0),
    "ollama": (stubs.openai_stream, 1, 0),
}
PIECES = ["It ", "is ", "blue."]


def begun(provider: str, words: int) -> list[bytes]:
    """What a provider sent that breaks off after so many words."""
    stream, before, _ = STREAMS[provider]
    return list(stream(PIECES))[: before + words]


@pytest.mark.parametrize("provider", STREAMS)
def test_half_an_answer_is_a_failure(door: Door, provider: str) -> None:
    heard: list[str | Answer] = []
    with (
        Loopback(lambda _received: iter(begun(provider, 2))) as server,
        pytest.raises(ModelFailed, match=r"answer stopped half-way: .* broke it off") as failed,
    ):
        heard.extend(model(server, door, provider).stream(QUESTION))
    assert heard == PIECES[:2]
    assert (failed.value.kind, len(server.received)) == ("answer", 1)


@pytest.mark.parametrize("provider", [one for one in STREAMS if one != "google"])
def test_all_words_without_an_end_are_half_an_answer(door: Door, provider: str) -> None:
    sent = begun(provider, len(PIECES) + STREAMS[provider][2])
    with (
        Loopback(lambda _received: iter(sent)) as server,
        pytest.raises(ModelFailed, match="stopped half-way"),
    ):
        list(model(server, door, provider).stream(QUESTION))


@pytest.mark.parametrize("provider", STREAMS)
@pytest.mark.parametrize("events", [1, 99], ids=["no event", "no word"])
def test_nothing_is_asked_for_again(door: Door, provider: str, events: int) -> None:
    whole = list(STREAMS[provider][0](PIECES))
    tries = iter([begun(provider, 0)[:events], whole])
    with Loopback(lambda _received: iter(next(tries))) as server:
        *texts, last = list(model(server, door, provider).stream(QUESTION))
    assert "".join(str(one) for one in texts) == "It is blue."
    assert isinstance(last, Answer)
    assert (last.text, len(server.received)) == ("It is blue.", 2)


def test_a_provider_that_never_answers_is_given_up(door: Door) -> None:
    with (
        Loopback(lambda _received: iter(begun("mistral", 0))) as server,
        pytest.raises(ModelFailed) as failed,
    ):
        list(model(server, door).stream(QUESTION))
    told = "Mistral broke off before it had answered anything. It was tried 3 times."
    assert (failed.value.sentence, failed.value.kind) == (told, "unreachable")


def test_a_service_that_cannot_stream_is_asked_for_the_whole(door: Door) -> None:
    with Loopback(lambda _received: stubs.openai("It is blue.")) as server:
        text, last = list(model(server, door).stream(QUESTION))
    assert text == "It is blue."
    assert isinstance(last, Answer)
    assert [json.loads(one.body).get("stream", False) for one in server.received] == [True, False]
