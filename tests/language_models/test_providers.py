"""Providers are asked as each documents it, and servers on this computer are found."""

import json
from dataclasses import replace

import pytest

from app.language_models import nearby, provider_check, question
from app.language_models.provider_check import Place
from app.lib.safe_http import Door
from app.llm.providers import PROVIDERS
from app.settings import Settings
from tests.language_models.stub import KEY, provider
from tests.loopback import Loopback, Received, reply

DOOR = Door(("127.0.0.1",))


def place(kind: str, url: str, key: str = KEY) -> Place:
    path = "/v1" if PROVIDERS[kind].wire in ("openai", "responses") else ""
    return Place.of(kind, address=url + path, key=key)


@pytest.mark.parametrize(
    ("kind", "header", "path"),
    [
        ("openai", "authorization", "/v1/models"),
        ("anthropic", "x-api-key", "/v1/models?limit=1000"),
        ("google", "x-goog-api-key", "/v1beta/models?pageSize=1000"),
        ("mistral", "authorization", "/v1/models"),
    ],
)
def test_models_are_listed(kind: str, header: str, path: str) -> None:
    with Loopback(provider()) as server:
        found = provider_check.ask(DOOR, place(kind, server.url))
    assert (found.works, found.models) == (True, ("stub-small", "stub-large"))
    (asked,) = server.received
    assert (asked.method, asked.path) == ("GET", path)
    assert KEY in asked.headers[header]
    assert KEY not in asked.path


@pytest.mark.parametrize("kind", ["openai", "anthropic", "google", "mistral"])
def test_questions_are_asked(kind: str) -> None:
    with Loopback(provider()) as server:
        tried = question.ask(
            DOOR, place(kind, server.url), model_name="stub-small", question="Hello?"
        )
    assert tried.answer == "Hello from the stub."
    assert (tried.usage.input_tokens, tried.usage.output_tokens) == (40, 10)
    assert "Hello?" in json.dumps(json.loads(server.received[0].body))


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("404 No", b"", "does not know a model called"),
        ("400 No", b"", "does not answer questions with"),
        ("401 No", KEY.encode(), "does not take this key"),
        ("500 Oh", b"", "trouble of its own"),
        ("200 OK", b"no JSON", "not as a model does"),
        ("200 OK", b'{"choices": []}', "not as a model does"),
        ("200 OK", b'{"choices": [{"message": {"content": null}}]}', "empty answer"),
        ("200 OK", b'{"choices": [{"message": {"content": 12}}]}', "not as a model does"),
    ],
)
def test_each_refusal_of_a_question_has_its_sentence(status: str, body: bytes, words: str) -> None:
    with Loopback(lambda _: reply(status, body)) as server:
        tried = question.ask(
            DOOR, place("mistral", server.url), model_name="stub-small", question="Hello?"
        )
    assert words in tried.trouble
    assert KEY not in tried.trouble
    assert not tried.answer


def test_the_key_of_openrouter_is_tried_where_it_is_told() -> None:
    """Its list of models is open to everybody, so it says nothing about a key."""

    def say(request: Received) -> bytes:
        if request.path == "/v1/key" and KEY not in request.headers["authorization"]:
            return reply("401 No")
        return provider("")(request)

    with Loopback(say) as server:
        assert provider_check.ask(DOOR, place("openrouter", server.url)).works
        wrong = provider_check.ask(DOOR, place("openrouter", server.url, key="sk-wrong-01234567"))
    assert wrong.works is False


def test_google_says_with_400_that_a_key_is_wrong() -> None:
    said = b'{"error": {"details": [{"reason": "API_KEY_INVALID"}]}}'
    with Loopback(lambda _: reply("400 Bad Request", said)) as server:
        found = provider_check.ask(DOOR, place("google", server.url))
    assert found.works is False
    assert "does not take this key" in found.words


def test_servers_on_this_computer_are_found() -> None:
    with Loopback(provider("")) as server:
        here = replace(PROVIDERS["ollama"], address=f"{server.url}/v1", port=server.port)
        nobody = replace(PROVIDERS["vllm"], address="http://127.0.0.1:1/v1")
        found = nearby.look(DOOR, [here, nobody, PROVIDERS["openai"]])
    assert [(one.provider.id, one.models) for one in found] == [
        ("ollama", ("stub-small", "stub-large"))
    ]


@pytest.mark.parametrize(
    ("public_url", "said", "is_open"),
    [
        ("", "", True),
        ("http://localhost:9000", "", True),
        ("https://lamplight.example.com", "", False),
        ("https://lamplight.example.com", "yes", True),
        ("", "no", False),
    ],
)
def test_only_ones_own_computer_is_open_for_models(
    public_url: str, said: str, is_open: bool
) -> None:
    environ = {"LAMPLIGHT_LOCAL_MODELS": said}
    settings = Settings.from_environment(
        environ | ({"PUBLIC_URL": public_url} if public_url else {})
    )
    assert settings.local_models is is_open
    assert ("127.0.0.1" in settings.model_hosts) is is_open
    assert settings.private_hosts == ()
