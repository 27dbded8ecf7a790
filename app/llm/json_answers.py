"""Values out of what a model wrote: the JSON in it, checked against the schema that was asked."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from app.engine.values import Json
from app.lib import json_guard
from app.llm.schema_check import MAX_FAULTS, faults, fitted

_FENCE = "```"


class NotAsAsked(ValueError):
    """What was written is not what was asked for; `sentence` says how."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def values_in(text: str, schema: Mapping[str, Any]) -> Json:
    """The values; raises NotAsAsked."""
    if not text.strip():
        raise NotAsAsked("The answer is empty.")
    value: Json = fitted(_parsed(text), schema)
    wrong = list(islice(faults(value, schema), MAX_FAULTS))
    if wrong:
        raise NotAsAsked(" ".join(wrong))
    return value


def _parsed(text: str) -> Any:
    refused: json_guard.JsonRefused | None = None
    for written in _candidates(text.strip()):
        try:
            return json_guard.parse(written)
        except json_guard.JsonRefused as error:
            refused = refused or error
    raise NotAsAsked(f"The answer is not JSON. {refused.sentence if refused else ''}".strip())


def _candidates(text: str) -> list[str]:
    """The whole, what stands between backticks, and from the first to the last brace."""
    found = [text]
    if _FENCE in text:
        inner = text.split(_FENCE, 2)[1]
        found.append(inner.removeprefix("json").strip())
    first, last = text.find("{"), text.rfind("}")
    if 0 <= first < last:
        found.append(text[first : last + 1])
    return found
