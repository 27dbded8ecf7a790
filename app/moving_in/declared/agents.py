"""The agents of a program, as it declares them: their words, their settings, their tools."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.words import listed
from app.moving_in.declared.shapes import Shape
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Meaning, Names, Plain
from app.moving_in.meanings.syntax import called, constant, keyword, literal

_SETTLED = frozenset(
    (
        *("name", "instructions", "model", "tools", "output_type", "model_settings"),
        *("handoffs", "handoff_description", "mcp_servers", "mcp_config"),
    )
)
_TOOLS = ("tools", "handoffs", "mcp_servers")
_KEPT_SETTINGS = frozenset({"temperature", "max_tokens"})
# Settings that only say how OpenAI runs or keeps it.
_NO_LOSS = frozenset(
    {"store", "top_p", "parallel_tool_calls", "truncation", "metadata", "reasoning", "verbosity"}
)


@dataclass(frozen=True, slots=True)
class AgentMade:
    """One `Agent(…)`: its words and settings; `instructions_by` names a function that gives them.

    `tools` are the expressions under `tools`, `handoffs` and `mcp_servers`.
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


def is_agent(node: ast.AST | None) -> bool:
    """Whether the expression makes an agent."""
    return called(node) == "Agent"


def agent_made(
    call: ast.Call,
    node: ast.stmt,
    *,
    names: Names,
    shapes: Mapping[str, Shape],
    of: str,
    kept: Mapping[str, ast.expr],
) -> AgentMade:
    """The agent of a call; `of` is the variable it is kept in, `kept` are settings by a name."""
    told = keyword(call, "instructions", 1)
    told = told.body if isinstance(told, ast.Lambda) else told
    by = told.id if isinstance(told, ast.Name) and told.id not in names else ""
    shape, doubts = _shape(keyword(call, "output_type"), shapes)
    settings, more = _settings(keyword(call, "model_settings"), kept)
    unread = sorted(one.arg or "**" for one in call.keywords if one.arg not in _SETTLED)
    if unread:
        doubts.append(f"Not moved in: {listed(unread)}.")
    name = meaning(keyword(call, "name", 0), names)
    model = meaning(_model(keyword(call, "model")), names)
    return AgentMade(
        name=str(name.value) if isinstance(name, Plain) and name.value else of.replace("_", " "),
        instructions=Plain("") if by or told is None else meaning(told, names),
        instructions_by=by,
        model=str(model.value or "") if isinstance(model, Plain) else "",
        about=constant(keyword(call, "handoff_description")),
        tools=tuple(one for part in _TOOLS for one in _each(keyword(call, part))),
        shape=shape,
        temperature=_number(settings.get("temperature"), 0, 2),
        max_tokens=_whole(settings.get("max_tokens")),
        doubts=(*doubts, *more),
        node=node,
    )


def _model(node: ast.expr | None) -> ast.expr | None:
    """The name of the model, also where a class is given it: `Model(model="…")`."""
    return keyword(node, "model", 0) if isinstance(node, ast.Call) else node


def _shape(node: ast.expr | None, shapes: Mapping[str, Shape]) -> tuple[Shape | None, list[str]]:
    if called(node) == "AgentOutputSchema" and isinstance(node, ast.Call):
        node = keyword(node, "output_type", 0)
    if node is None or (isinstance(node, ast.Name) and node.id == "str"):
        return None, []
    found = shapes.get(node.id) if isinstance(node, ast.Name) else None
    if found is None or not found.rows:
        return None, ["What its answer holds could not be read, so it answers as text."]
    return found, list(found.doubts)


def _settings(
    node: ast.expr | None, kept: Mapping[str, ast.expr]
) -> tuple[dict[str, Any], list[str]]:
    node = kept.get(node.id, node) if isinstance(node, ast.Name) else node
    if not isinstance(node, ast.Call):
        return {}, [] if node is None else ["Settings of its model could not be read."]
    known = {one.arg: literal(one.value) for one in node.keywords if one.arg in _KEPT_SETTINGS}
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
