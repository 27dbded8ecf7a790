"""Asks a model at a server that a test made."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.lib.safe_http import Door
from app.llm.connect import connect
from app.llm.port import Ask, LanguageModel, Message, ModelAccess, ModelFailed
from tests.loopback import Loopback, Received

KEY = "sk-a-key-of-this-test"
QUESTION = Ask(
    messages=(Message("system", "Be short."), Message("user", "What is it?")), time_limit_s=20
)
SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "number"}, "name": {"type": ["string", "null"]}},
    "required": ["total", "name"],
    "additionalProperties": False,
}
VALUES = replace(QUESTION, schema=SCHEMA)
WIRES = (
    *("openai", "anthropic", "google", "compatible", "mistral", "groq", "openrouter", "deepseek"),
    *("ollama", "lm_studio", "llama_cpp", "vllm"),
)


def model(server: Loopback, door: Door, provider: str = "mistral", key: str = KEY) -> LanguageModel:
    path = "" if provider in ("anthropic", "google") else "/v1"
    access = ModelAccess(provider=provider, address=server.url + path, key=key, model="some-model")
    return connect(access, door)


def failure(say: Callable[[Received], bytes | Iterator[bytes]], ask: Ask = QUESTION) -> ModelFailed:
    with Loopback(say) as server, pytest.raises(ModelFailed) as failed:
        model(server, Door(("127.0.0.1",))).answer(ask)
    assert KEY not in failed.value.sentence
    return failed.value
