"""The practice model itself: which rule answers what."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from app.engine.values import Json
from app.llm.material import NEW_MESSAGE, materials, without_materials
from app.llm.port import Answer, Ask, Message, Tool, ToolCall, Usage
from app.llm.practice.filling import filled
from app.llm.practice.talking import said_to
from app.llm.practice.words import stems, tokens

PRACTICE_MODEL = "practice"
# Rules look at this much; nobody practises on more.
MAX_TOLD_CHARS = 20_000
MAX_SOURCE_CHARS = 100_000
_PIECE = re.compile(r"\S+\s*")


class PracticeModel:
    """Answers by rules, the same on every machine; needs no key, no network, and costs nothing."""

    def answer(self, ask: Ask) -> Answer:
        """The whole answer."""
        ask = replace(ask, messages=tuple(_newest(one) for one in ask.messages))
        instructions = _told(ask)[:MAX_TOLD_CHARS]
        source = _source(ask)[:MAX_SOURCE_CHARS]
        called = None if ask.schema is not None else _tool_meant(ask)
        if called is not None:
            return _answer(ask, "", tool_calls=(called,))
        if ask.schema is not None:
            data = filled(ask.schema, source, instructions)
            return _answer(ask, json.dumps(data, ensure_ascii=False), data=data)
        return _answer(ask, said_to(ask.messages, source) + _unseen(ask))

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The answer word by word."""
        answer = self.answer(ask)
        for found in _PIECE.finditer(answer.text):
            if ask.is_cancelled():
                break
            yield found[0]
        yield answer


def _newest(message: Message) -> Message:
    """Of a task that tells of an earlier conversation, what was said last: rules mix them up."""
    _, mark, newest = message.text.rpartition(f"\n{NEW_MESSAGE}\n")
    return replace(message, text=newest) if mark and message.role == "user" else message


def _told(ask: Ask) -> str:
    """What the model is told to do: all that is not text to work on."""
    said = [without_materials(one.text) for one in ask.messages if one.role in ("system", "user")]
    return "\n".join(one for one in said if one)


def _source(ask: Ask) -> str:
    """The text to work on: what is set apart as such, else what was said last."""
    blocks = [text for one in ask.messages for _, text in materials(one.text)]
    if blocks:
        return "\n\n".join(blocks)
    return next((one.text for one in reversed(ask.messages) if one.role == "user"), "")


def _unseen(ask: Ask) -> str:
    names = " and ".join(f"“{file.name}”" for one in ask.messages for file in one.files)
    return f"\n\nI cannot look at pictures, so not at {names} either." if names else ""


def _tool_meant(ask: Ask) -> ToolCall | None:
    """The tool that the person's last message names, unless its answer has come already."""
    last = ask.messages[-1] if ask.messages else Message("user", "")
    if last.role != "user":
        return None
    said = stems(last.text.replace("_", " "))
    for tool in ask.tools:
        name = stems(tool.name.replace("_", " "))
        if tool.name.lower() in last.text.lower() or (name and name <= said):
            return ToolCall(f"call_{len(ask.messages)}", tool.name, _arguments(tool, last.text))
    return None


def _arguments(tool: Tool, text: str) -> dict[str, Json]:
    return filled(tool.schema, text, "")


def _answer(ask: Ask, text: str, **more: object) -> Answer:
    most = ask.max_output_tokens
    is_cut = most is not None and tokens(text) > most and ask.schema is None
    if is_cut and most is not None:
        text = text[: most * 4]
    stopped = "tool" if more.get("tool_calls") else "length" if is_cut else "end"
    usage = Usage(sum(tokens(one.text) for one in ask.messages), max(1, tokens(text)))
    return Answer(text=text, usage=usage, model=PRACTICE_MODEL, stopped=stopped, **more)  # type: ignore[arg-type]
