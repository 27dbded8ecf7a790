"""OpenAI is asked through its Responses API, and keeps nothing of what it is asked."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.lib.safe_http import Door
from app.llm.port import Answer, Message, ModelFailed, Picture, Tool, ToolCall
from tests.llm import stubs
from tests.llm.asking import KEY, QUESTION, SCHEMA, VALUES, model
from tests.llm.responses_stub import responses, responses_stream
from tests.loopback import Loopback, Received


def test_nothing_of_a_question_is_kept_there(door: Door) -> None:
    with Loopback(lambda _: responses("It is blue.")) as server:
        ask = replace(QUESTION, temperature=0.2, max_output_tokens=99)
        assert model(server, door, "openai").answer(ask).stopped == "end"
    (received,) = server.received
    assert received.path == "/v1/responses"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    sent = stubs.asked(received)
    assert sent["store"] is False
    assert sent["max_output_tokens"] == 99
    assert "previous_response_id" not in sent


def test_tools_pictures_and_turns(door: Door) -> None:
    ask = replace(
        QUESTION,
        messages=(
            Message("system", "Be short."),
            Message("user", "Look.", (Picture("image/png", b"\x89PNG", "a.png"),)),
            Message("assistant", "", tool_calls=(ToolCall("call_0", "look_up", {"order": "1"}),)),
            Message("tool", "nothing", tool_call_id="call_0", tool_name="look_up"),
        ),
        tools=(Tool("look_up", "Finds an order.", {"type": "object", "properties": {}}),),
    )
    said = responses("I look.", calls=[("look_up", '{"order": "10-4432"}')])
    with Loopback(lambda _: said) as server:
        answer = model(server, door, "openai").answer(ask)
    assert (answer.text, answer.stopped) == ("I look.", "tool")
    (call,) = answer.tool_calls
    assert (call.name, call.arguments) == ("look_up", {"order": "10-4432"})
    sent = stubs.asked(server.received[0])
    kinds = [one.get("type") or one["role"] for one in sent["input"]]
    assert kinds[-2:] == ["function_call", "function_call_output"]
    ids = {one["call_id"] for one in sent["input"] if "call_id" in one}
    assert len(ids) == 1, "the answer is tied to its call"
    assert "data:image/png;base64,iVBORw==" in str(sent["input"])
    assert sent["tools"][0]["name"] == "look_up"
    assert "Be short." in str(sent)


def test_the_ids_of_its_calls_come_back_to_it(door: Door) -> None:
    """What it called is answered under the very id that it gave."""
    tool = Tool("look_up", "Finds an order.", {"type": "object", "properties": {}})
    with Loopback(lambda _: responses("", calls=[("look_up", "{}")])) as server:
        asked = model(server, door, "openai")
        (call,) = asked.answer(replace(QUESTION, tools=(tool,))).tool_calls
        more = (
            *QUESTION.messages,
            Message("assistant", "", tool_calls=(call,)),
            Message("tool", "nothing", tool_call_id=call.id, tool_name="look_up"),
        )
        asked.answer(replace(QUESTION, messages=more, tools=(tool,)))
    sent = stubs.asked(server.received[1])["input"]
    assert {one["call_id"] for one in sent if "call_id" in one} == {"call_1"}


def test_values_are_held_to_the_schema(door: Door) -> None:
    with Loopback(lambda _: responses('{"total": 1, "name": "Ana"}')) as server:
        assert model(server, door, "openai").answer(VALUES).data == {"total": 1, "name": "Ana"}
    wanted = stubs.asked(server.received[0])["text"]["format"]
    assert wanted["type"] == "json_schema"
    assert wanted["schema"]["required"] == SCHEMA["required"]


def test_an_answer_that_is_cut_off_says_so(door: Door) -> None:
    with Loopback(lambda _: responses("It is", cut=True)) as server:
        assert model(server, door, "openai").answer(QUESTION).stopped == "length"
    with (
        Loopback(lambda _: responses('{"total": 1, "na', cut=True)) as server,
        pytest.raises(ModelFailed, match="was cut off before it was complete"),
    ):
        model(server, door, "openai").answer(VALUES)


def test_the_first_piece_comes_before_the_last_is_sent(door: Door) -> None:
    came = threading.Event()

    def say(_received: Received) -> Iterator[bytes]:
        for part in responses_stream(["Now", " and later"]):
            yield part
            if b"Now" in part and b"delta" in part:
                came.wait(10)

    with Loopback(say) as server:
        stream = model(server, door, "openai").stream(QUESTION)
        assert next(stream) == "Now"
        came.set()
        *_, last = stream
    assert isinstance(last, Answer)
    assert (last.text, last.usage.tokens) == ("Now and later", 17)
