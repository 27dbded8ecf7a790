"""What speaks to a provider is kept for the next question, and its key not for longer."""

import gc
import weakref

import pytest

from app.llm.port import ModelAccess
from app.settings import Settings
from app.workers.model_door import Lines

KEY = "sk-a-key-of-this-test"


def access(key: str = KEY) -> ModelAccess:
    return ModelAccess(provider="openai", key=key, model="some-model")


def test_the_same_access_gives_the_same_model(settings: Settings) -> None:
    lines = Lines(settings)
    asked = lines(access())
    lines.let_go()
    assert lines(access()) is asked
    assert lines(access("another key")) is not asked


def test_a_key_that_nobody_uses_leaves_memory(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lines, "KEPT_S", 0.0)
    lines = Lines(settings)
    old = weakref.ref(lines(access()))
    lines.let_go()
    gc.collect()
    assert old() is None


def test_no_more_are_kept_than_that(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lines, "MOST_KEPT", 2)
    lines = Lines(settings)
    first, second = lines(access("1")), lines(access("2"))
    assert lines(access("1")) is first  # asked again, so it is not the next to go
    lines(access("3"))
    assert lines(access("1")) is first
    assert lines(access("2")) is not second
