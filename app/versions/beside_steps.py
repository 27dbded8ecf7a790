"""What is different about an agent that is not in any step: its kind, instructions, settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.agents.manner import Manner, manner_in
from app.agents.models import AgentType
from app.agents.type_words import TYPE_WORDS
from app.engine.diff_change import Change, Piece, Size, sentence
from app.engine.diff_text import marked_words, shortened
from app.engine.problem import Known

_USUAL = {
    "model": "the workspace's default model",
    "timezone": "the workspace's time zone",
    "language": "the language it is asked in",
}


def beside_steps(
    before: Mapping[str, Any], after: Mapping[str, Any], known: Known
) -> Iterator[Change]:
    """One change for each thing that is different."""
    old, new = manner_in(before), manner_in(after)
    if old.system_message != new.system_message:
        yield _words("Other words in its instructions", old.system_message, new.system_message)
    kinds = [AgentType(str(one.get("type") or AgentType.TASK_EXECUTOR)) for one in (before, after)]
    if kinds[0] is not kinds[1]:
        titles = [TYPE_WORDS[one].title for one in kinds]
        yield _words("Another kind of agent", *titles)
    for name, told in (
        ("model", "Another default model"),
        ("timezone", "Another time zone"),
        ("language", "Answers in another language"),
    ):
        if getattr(old, name) != getattr(new, name):
            yield _words(told, *(_shown(how, name, known) for how in (old, new)))


def _shown(how: Manner, name: str, known: Known) -> str:
    value: str = getattr(how, name)
    if name == "model" and value:
        return known.choices.get("models", {}).get(value, "a model that is gone")
    return value.replace("_", " ") or _USUAL[name]


def _words(told: str, old: str, new: str) -> Change:
    wording = shortened(marked_words(old, new))
    return Change(turn="changed", told=sentence(Piece(told)), wording=wording, size=Size.FIX)
