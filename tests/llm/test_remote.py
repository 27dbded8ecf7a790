"""Models at providers: the wire formats, and values that are held to a schema."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

from app.lib.safe_http import Door
from app.llm.port import Answer, Message, ModelAccess, Picture, Tool
from app.llm.port import ToolCall as Call
from tests.llm import stubs
from tests.llm.asking import KEY, QUESTION, VALUES, WIRES, failure, model
from tests.llm.responses_stub import responses, responses_stream
from tests.loopback import Loopback, Received

WHOLE = {"openai": responses, "anthropic": stubs.anthropic, "google": stubs.google}
STREAMED = {
    "openai": responses_stream,
    "anthropic": stubs.anthropic_stream,
    "google": stubs.google_stream,
}


@pytest.mark.parametrize("provider", WIRES)
def test_a_whole_answer(door: Door, provider: str) -> None:
    said = WHOLE.get(provider, stubs.openai)("It is blue.")
    with Loopback(lambda _received: said) as server:
        answer = model(server, door, provider).answer(QUESTION)
    assert answer.text == "It is blue."
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (12, 5)
    assert answer.stopped == "end"
    sent = server.received[0]
    assert KEY in str(sent.headers)
    assert b"Be short." in sent.body
    assert b"What is it?" in sent.body


@pytest.mark.parametrize("provider", WIRES)
def test_an_answer_piece_by_piece(door: Door, provider: str) -> None:
    pieces = ["It ", "is ", "blue."]
    say = STREAMED.get(provider, stubs.openai_stream)
    with Loopback(lambda _received: say(pieces)) as server:
        *texts, last = list(model(server, door, provider).stream(QUESTION))
    assert "".join(str(text) for text in texts) == "It is blue."
    assert isinstance(last, Answer)
    assert last.text == "It is blue."
    assert last.usage.output_tokens == 5


def test_the_first_piece_comes_before_the_last_is_sent(door: Door) -> None:
    came = threading.Event()

    def say(_received: Received) -> Iterator[bytes]:
        parts = stubs.openai_stream(["Now", " and later"])
        yield next(parts)
        yield next(parts)
        came.wait(10)
        yield from parts

    with Loopback(say) as server:
        stream = model(server, door).stream(QUESTION)
        assert next(stream) == "Now"
        came.set()
        assert isinstance(list(stream)[-1], Answer)


def test_tools_pictures_and_turns_go_over_the_wire(door: Door) -> None:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "look_up", "arguments": '{"order": "10-4432"}'},
    }
    ask = replace(
        QUESTION,
        messages=(
            Message("user", "Look.", (Picture("image/png", b"\x89PNG", "a.png"),)),
            Message("assistant", "", tool_calls=(Call("call_0", "look_up", {"order": "1"}),)),
            Message("tool", "nothing", tool_call_id="call_0", tool_name="look_up"),
        ),
        tools=(Tool("look_up", "Finds an order.", {"type": "object", "properties": {}}),),
    )
    said = stubs.openai("", finish="tool_calls", calls=[call])
    with Loopback(lambda _received: said) as server:
        answer = model(server, door).answer(ask)
    assert answer.stopped == "tool"
    assert answer.tool_calls == (Call("call_1", "look_up", {"order": "10-4432"}),)
    sent = stubs.asked(server.received[0])
    assert [one["role"] for one in sent["messages"]] == ["user", "assistant", "tool"]
    assert "data:image/png;base64,iVBORw==" in str(sent["messages"][0])
    assert sent["tools"][0]["function"]["name"] == "look_up"


@pytest.mark.parametrize("provider", WIRES)
def test_values_are_held_to_the_schema(door: Door, provider: str) -> None:
    said = WHOLE.get(provider, stubs.openai)('{"total": 12.5, "name": null}')
    with Loopback(lambda _received: said) as server:
        answer = model(server, door, provider).answer(VALUES)
    assert answer.data == {"total": 12.5, "name": None}
    assert b"total" in server.received[0].body


def test_a_provider_that_cannot_be_held_to_a_schema_is_asked_in_words(door: Door) -> None:
    def say(received: Received) -> bytes:
        if "response_format" in stubs.asked(received):
            error = {"message": "response_format is not supported", "type": "invalid_request_error"}
            return stubs.json_reply({"error": error}, "400 Bad Request")
        return stubs.openai('Here it is:\n```json\n{"total": "3", "name": "Ana"}\n```')

    with Loopback(say) as server:
        asked = model(server, door, "compatible")
        assert asked.answer(VALUES).data == {"total": 3, "name": "Ana"}
        assert asked.answer(VALUES).data == {"total": 3, "name": "Ana"}
    assert len(server.received) == 3, "the second time it is known"


def test_what_does_not_fit_is_asked_for_once_more(door: Door) -> None:
    answers = iter(["I think it is 12.", '{"total": 12, "name": null}'])
    with Loopback(lambda _received: stubs.openai(next(answers))) as server:
        answer = model(server, door).answer(VALUES)
    assert answer.data == {"total": 12, "name": None}
    assert answer.usage.tokens == 34, "both answers count"
    assert "not JSON" in str(stubs.asked(server.received[1])["messages"])


@pytest.mark.parametrize(
    ("text", "finish", "words"),
    [
        ("no idea", "stop", "was asked twice, and its answer is not as expected"),
        ('{"total": 1, "na', "length", "was cut off before it was complete"),
        ('{"total": "much", "name": null}', "stop", "“total” should be a number"),
        ("[" * 5000, "stop", "was asked twice"),
        ("", "stop", "The answer is empty."),
    ],
)
def test_values_that_never_fit_end_with_a_sentence(text: str, finish: str, words: str) -> None:
    failed = failure(lambda _received: stubs.openai(text, finish=finish), VALUES)
    assert failed.kind == "answer"
    assert words in failed.sentence
    assert failed.usage.tokens in (17, 34)


def test_without_a_key_none_is_sent(door: Door) -> None:
    with Loopback(lambda _received: stubs.openai("Hello")) as server:
        model(server, door, "ollama", key="").answer(QUESTION)
    assert "authorization" not in server.received[0].headers


def test_a_key_is_not_among_what_is_printed() -> None:
    assert KEY not in repr(ModelAccess(provider="openai", key=KEY, model="some-model"))


@pytest.mark.parametrize("provider", ["mistral", "openai", "anthropic"])
def test_another_question_goes_through_the_same_client(
    door: Door, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    said = WHOLE.get(provider, stubs.openai)("It is blue.")
    with Loopback(lambda _received: said) as server:
        asked = model(server, door, provider)
        asked.answer(QUESTION)
        for client in (AsyncOpenAI, AsyncAnthropic):
            monkeypatch.setattr(client, "__init__", lambda *_, **__: made.append("a client"))
        asked.answer(QUESTION)
    assert len(server.received) == 2
    assert made == []
