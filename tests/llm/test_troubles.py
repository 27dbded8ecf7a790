"""What goes wrong at providers, each with its sentence, and the address guard."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.lib.safe_http import Door
from app.llm.port import ModelFailed
from tests.llm import stubs
from tests.llm.asking import KEY, QUESTION, failure, model
from tests.loopback import Loopback, Received, reply


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        ("401 Unauthorized", "invalid_api_key", "key", "Mistral says the key is wrong"),
        ("403 Forbidden", "", "key", "Mistral says the key is wrong"),
        ("429 Too Many Requests", "insufficient_quota", "credit", "there is no credit left"),
        ("404 Not Found", "model_not_found", "model", "does not know the model “some-model”"),
        ("400 Bad Request", "context_length_exceeded", "too_long", "more than the model"),
        ("400 Bad Request", "bad", "refused", "Mistral did not take the question. It says: “Key"),
    ],
)
def test_refusals_in_plain_words(status: str, code: str, kind: str, words: str) -> None:
    said = {"message": f"Key {KEY} is no good", "type": "invalid_request_error", "code": code}
    failed = failure(lambda _received: stubs.json_reply({"error": said}, status))
    assert failed.kind == kind
    assert words in failed.sentence


def test_a_busy_provider_is_asked_again_when_it_says(door: Door) -> None:
    said = iter(
        [
            stubs.json_reply({"error": {}}, "429 Too Many Requests", Retry_After="1"),
            stubs.json_reply({"error": {}}, "503 Service Unavailable", Retry_After="0"),
            stubs.openai("At last."),
        ]
    )
    began = time.monotonic()
    with Loopback(lambda _received: next(said)) as server:
        assert model(server, door).answer(QUESTION).text == "At last."
    assert time.monotonic() - began >= 1


def test_a_provider_that_stays_busy_is_given_up(door: Door) -> None:
    busy = stubs.json_reply({"error": {}}, "429 Too Many Requests", Retry_After="0")
    with Loopback(lambda _received: busy) as server, pytest.raises(ModelFailed) as failed:
        model(server, door).answer(QUESTION)
    assert len(server.received) == 3
    assert failed.value.kind == "busy"
    assert "takes no more requests just now. It was tried 3 times." in failed.value.sentence


def test_a_provider_that_asks_for_too_long_a_rest_is_left_alone() -> None:
    busy = stubs.json_reply({"error": {}}, "429 Too Many Requests", Retry_After="900")
    failed = failure(lambda _received: busy)
    assert failed.retry_after_s == 900
    assert "It asks to be left alone for 900 s." in failed.sentence


def test_faults_of_the_provider() -> None:
    broken = reply("500 Internal Server Error", b"oops", Retry_After="0")
    assert "Mistral met a fault of its own" in failure(lambda _received: broken).sentence


def test_silence_ends_with_the_time() -> None:
    never = threading.Event()
    asked_at: list[float] = []

    def say(_received: Received) -> Iterator[bytes]:
        asked_at.append(time.monotonic())
        never.wait(10)
        yield b""

    ask = replace(QUESTION, time_limit_s=1)
    with Loopback(say) as server:
        with pytest.raises(ModelFailed) as found:
            model(server, Door(("127.0.0.1",))).answer(ask)
        took_s = time.monotonic() - asked_at[0]
        never.set()
    failed = found.value
    assert took_s < 3
    assert (failed.kind, failed.sentence[:29]) == ("silent", "Mistral answered nothing for ")


def test_a_byte_at_a_time_ends_with_the_time() -> None:
    def say(_received: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
        for _ in range(30):
            time.sleep(0.2)  # the slowness is what is tested
            yield b" "

    failed = failure(say, replace(QUESTION, time_limit_s=3))
    assert failed.kind == "silent"
    assert "had not answered completely after 3 s" in failed.sentence


def test_two_megabytes_of_text(door: Door) -> None:
    failed = failure(lambda _received: stubs.openai("word " * 400_000))
    assert "more than Lamplight takes in" in failed.sentence
    much = ["word " * 50_000] * 8
    with (
        Loopback(lambda _received: stubs.openai_stream(much)) as server,
        pytest.raises(ModelFailed, match="more than Lamplight takes in"),
    ):
        list(model(server, door).stream(QUESTION))


@pytest.mark.parametrize(
    "said",
    [
        reply(body=b'{"choices": [', Content_Type="application/json"),
        reply(body=b"<html>", Content_Type="text/html"),
        reply("302 Found", Location="http://127.0.0.1:1/elsewhere"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{",
        b"nonsense\r\n\r\n",
    ],
)
def test_answers_that_are_none_end_with_a_sentence(said: bytes) -> None:
    failed = failure(lambda _received: said)
    assert failed.sentence.endswith((".", "”"))


def test_an_address_inside_is_refused_unless_it_is_named() -> None:
    say = stubs.openai("Hello")
    with Loopback(lambda _received: say) as server:
        asked = model(server, Door(), "ollama", key="")
        with pytest.raises(ModelFailed) as failed:
            asked.answer(QUESTION)
    assert failed.value.kind == "unreachable"
    assert "inside a private network" in failed.value.sentence
    assert server.received == []
