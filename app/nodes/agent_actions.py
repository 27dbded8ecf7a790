"""Tools for models that know none: each answer is one action, as JSON by a schema."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.engine.model_port import Tool, ToolCall
from app.engine.values import Json
from app.lib import json_guard

FINAL = "final_answer"
_HOW = (
    "You work step by step. Each of your answers is one JSON object "
    '{"action": {…}}: either {"tool": <name>, "arguments": {…}} to use a tool, or '
    '{"tool": "final_answer", "answer": <text>} when you are done. Your tools:'
)


def instructions(tools: Sequence[Tool]) -> str:
    """What a model has to know to work in this way."""
    lines = [
        f"- {one.name}: {one.description} Arguments: {json.dumps(dict(one.schema))}"
        for one in tools
    ]
    return "\n".join([_HOW, *lines])


def schema(tools: Sequence[Tool]) -> dict[str, Json]:
    """The schema of one action: a branch for each tool, and one for the answer."""
    branches: list[Json] = [
        _branch(one.name, {"arguments": dict(one.schema)}, "arguments") for one in tools
    ]
    branches.append(_branch(FINAL, {"answer": {"type": "string"}}, "answer"))
    return {
        "type": "object",
        "properties": {"action": {"anyOf": branches}},
        "required": ["action"],
        "additionalProperties": False,
    }


def action_of(data: Any, text: str) -> tuple[ToolCall | None, str] | None:
    """A call, or the final answer's text; None for what is no action."""
    value = data if isinstance(data, dict) else parsed(text)
    action = value.get("action", value) if isinstance(value, dict) else None
    if not isinstance(action, dict) or not isinstance(action.get("tool"), str):
        return None
    if action["tool"] == FINAL:
        answer = action.get("answer")
        return (None, answer if isinstance(answer, str) else json.dumps(answer))
    arguments = action.get("arguments")
    if not isinstance(arguments, dict):
        return None
    return ToolCall("", str(action["tool"]), arguments), ""


def written_call(text: str, names: Sequence[str]) -> ToolCall | None:
    """A call that a model wrote down as text, as small ones do; None for any other text."""
    if "{" not in text[:20]:
        return None
    value = parsed(text)
    if not isinstance(value, dict):
        return None
    name = value.get("tool") or value.get("name")
    arguments = value.get("arguments")
    if name not in names or not isinstance(arguments, dict):
        return None
    return ToolCall("", str(name), arguments)


def parsed(text: str) -> Json:
    """The JSON in a text, also inside a fence of three ticks; None when there is none."""
    trimmed = text.strip()
    if trimmed.startswith("```"):
        trimmed = trimmed.strip("`").removeprefix("json").strip()
    try:
        return json_guard.parse(trimmed)
    except json_guard.JsonRefused:
        return None


def _branch(name: str, properties: Mapping[str, Json], required: str) -> Json:
    tool: Json = {"type": "string", "enum": [name]}
    return {
        "type": "object",
        "properties": {"tool": tool, **properties},
        "required": ["tool", required],
        "additionalProperties": False,
    }
