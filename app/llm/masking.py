"""Takes the secrets of a run out of what is said to a model, whatever a step puts into it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.llm.port import Ask, Message, ToolCall


def masked(ask: Ask, known: Callable[[Any], Any]) -> Ask:
    """The question without secrets; `known` gives a copy of a value with those it knows hidden."""

    def one(message: Message) -> Message:
        calls = tuple(
            ToolCall(call.id, call.name, known(call.arguments)) for call in message.tool_calls
        )
        return replace(message, text=known(message.text), tool_calls=calls)

    return replace(ask, messages=tuple(one(message) for message in ask.messages))
