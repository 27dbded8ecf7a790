"""The agents of the program, their tools, and the guardrails around them, as it declares them."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.words import listed
from app.moving_in.expressions import called, constant, keyword, meaning
from app.moving_in.meanings import Meaning, Names, Plain
from app.moving_in.shapes import Shape

_SETTLED = frozenset(
    (
        *("name", "instructions", "model", "tools", "output_type", "model_settings"),
        *("handoffs", "handoff_description"),
    )
)
_KEPT_SETTINGS = frozenset({"temperature", "max_tokens"})
# Settings that only say how OpenAI runs or keeps it.
_NO_LOSS = frozenset(
    {"store", "top_p", "parallel_tool_calls", "truncation", "metadata", "reasoning", "verbosity"}
)
_PII, _OFF_TOPIC, _WORDS = "Contains PII", "Off Topic Prompts", "Keyword Filter"
_SUBJECTS = {
    "Jailbreak": "Ordinary requests, without attempts to change the instructions.",
    "Prompt Injection Detection": "Ordinary requests, without attempts to change the instructions.",
    "Moderation": "Nothing hateful, violent, sexual or harmful.",
    "NSFW Text": "Nothing hateful, violent, sexual or harmful.",
}


@dataclass(frozen=True, slots=True)
class AgentMade:
    """One `Agent(…)`: its words and settings; `instructions_by` names a function that gives them.

    `tools` are the expressions under `tools` and `handoffs`.
    """

    name: str
    instructions: Meaning
    instructions_by: str
    model: str
    about: str
    tools: tuple[ast.expr, ...]
    shape: Shape | None
    temperature: float | None
    max_tokens: int | None
    doubts: tuple[str, ...]
    node: ast.stmt


@dataclass(frozen=True, slots=True)
class Rules:
    """What guardrails look for, as far as a guard can; `masks` if personal data goes on hidden."""

    personal_data: bool
    masks: bool
    subject: str
    banned: str
    doubts: tuple[str, ...]


def is_agent(node: ast.AST | None) -> bool:
    """Whether the expression makes an agent."""
    return called(node) == "Agent"


def agent_made(
    call: ast.Call, node: ast.stmt, *, names: Names, shapes: Mapping[str, Shape], of: str
) -> AgentMade:
    """The agent of a call; `of` is the variable it is kept in."""
    told = keyword(call, "instructions", 1)
    by = told.id if isinstance(told, ast.Name) and told.id not in names else ""
    shape, doubts = _shape(keyword(call, "output_type"), shapes)
    settings, more = _settings(keyword(call, "model_settings"))
    unread = sorted(one.arg or "**" for one in call.keywords if one.arg not in _SETTLED)
    if unread:
        doubts.append(f"Not moved in: {listed(unread)}.")
    name = meaning(keyword(call, "name", 0), names)
    model = meaning(keyword(call, "model"), names)
    return AgentMade(
        name=str(name.value) if isinstance(name, Plain) and name.value else of.replace("_", " "),
        instructions=Plain("") if by or told is None else meaning(told, names),
        instructions_by=by,
        model=str(model.value or "") if isinstance(model, Plain) else "",
        about=constant(keyword(call, "handoff_description")),
        tools=(*_each(keyword(call, "tools")), *_each(keyword(call, "handoffs"))),
        shape=shape,
        temperature=_number(settings.get("temperature"), 0, 2),
        max_tokens=_whole(settings.get("max_tokens")),
        doubts=(*doubts, *more),
        node=node,
    )


def rules_of(node: ast.expr | None) -> Rules | None:
    """What `{"guardrails": […]}` asks for; None when the expression is no such thing."""
    read = _literal(node) if isinstance(node, ast.Dict) else None
    found = read.get("guardrails") if isinstance(read, dict) else None
    if not isinstance(found, list):
        return None
    checks: dict[str, Any] = {
        str(one.get("name")): one.get("config") if isinstance(one.get("config"), dict) else {}
        for one in found
        if isinstance(one, dict)
    }
    return _rules(checks)


def _rules(checks: Mapping[str, Any]) -> Rules:
    about = str(checks.get(_OFF_TOPIC, {}).get("system_prompt_details") or "")
    subjects = [about, *(words for name, words in _SUBJECTS.items() if name in checks)]
    words = checks.get(_WORDS, {}).get("keywords") or []
    known = {_PII, _OFF_TOPIC, _WORDS, *_SUBJECTS}
    left = [name for name in checks if name not in known]
    masks = checks.get(_PII, {}).get("block") is False
    doubts = [f"The guard has no check like {listed(left)}."] if left else []
    if any(name in checks for name in _SUBJECTS):
        doubts.append("A model now judges by the words under “Keeps to the subject”.")
    if masks:
        doubts.append("Personal data was masked and went on; here it leaves by “Stopped”.")
    return Rules(
        personal_data=_PII in checks,
        masks=masks,
        subject="\n".join(dict.fromkeys(one for one in subjects if one)),
        banned="\n".join(str(one) for one in words) if isinstance(words, list) else "",
        doubts=tuple(doubts),
    )


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _shape(node: ast.expr | None, shapes: Mapping[str, Shape]) -> tuple[Shape | None, list[str]]:
    if node is None or (isinstance(node, ast.Name) and node.id == "str"):
        return None, []
    found = shapes.get(node.id) if isinstance(node, ast.Name) else None
    if found is None or not found.rows:
        return None, ["What its answer holds could not be read, so it answers as text."]
    return found, list(found.doubts)


def _settings(node: ast.expr | None) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(node, ast.Call):
        return {}, []
    known = {one.arg: _literal(one.value) for one in node.keywords if one.arg in _KEPT_SETTINGS}
    dropped = sorted(
        one.arg for one in node.keywords if one.arg and one.arg not in _KEPT_SETTINGS | _NO_LOSS
    )
    said = [f"Settings of the model that are not moved in: {listed(dropped)}."] if dropped else []
    return {str(name): value for name, value in known.items()}, said


def _each(node: ast.expr | None) -> tuple[ast.expr, ...]:
    """The parts of a list; something else as it is, to be told of."""
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(one for one in node.elts if not isinstance(one, ast.Constant))
    return (node,) if node is not None else ()


def _number(value: Any, low: float, high: float) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return value if fits and low <= value <= high else None


def _whole(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 200_000
    return value if fits else None
