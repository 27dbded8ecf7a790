"""The tools of a step: what a model is told of each, and the step that a call of it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.engine.errors import StepFailed
from app.engine.field_tools import can_write, tool_key, tools_in
from app.engine.model_port import Tool, ToolCall
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, Pause, StepType
from app.engine.values import Json
from app.llm.schema_check import faults, fitted
from app.nodes.agent_tool_kinds import KINDS, ToolKind


@dataclass(frozen=True, slots=True)
class AgentTool:
    """One tool: its settings, what a model sees of it, and how its calls are made."""

    row: Mapping[str, Any]
    card: Tool
    does: str
    kind: ToolKind

    @property
    def step(self) -> StepType:
        """The kind of step that does the work: it knows effects, doors and rehearsals."""
        return self.kind.step

    @property
    def called(self) -> str:
        """What people call it: the name that somebody gave it, else the one that models use."""
        return str(self.row["name"]).strip() or self.card.name

    @property
    def rehearses_itself(self) -> bool:
        """Whether a rehearsal may make its calls, as they rehearse, too."""
        return self.step.rehearses_itself

    def checked(self, call: ToolCall) -> tuple[dict[str, Json], list[str]]:
        """The arguments as the tool takes them, and what is wrong with them."""
        schema = self.card.schema
        known: Any = schema.get("properties") or {}
        needed: Any = schema.get("required") or ()
        fit = fitted(dict(call.arguments), schema)
        given = {name: one for name, one in fit.items() if one is not None or name in needed}
        is_open = schema.get("additionalProperties") not in (None, False)
        strange = () if is_open else (name for name in call.arguments if name not in known)
        found = [f"“{name}” was not asked for." for name in strange]
        found += faults(given, schema)
        if not found:
            try:
                self.kind.given(self.row, given)
            except StepFailed as failed:
                found = [failed.sentence]
        return given, found

    def effect(self, arguments: Mapping[str, Json]) -> Effect:
        """What a call does to the world."""
        if self.step.effect is not Effect.WRITE:
            return self.step.effect
        return self.step.effect_of(self.kind.given(self.row, arguments))

    def is_repeatable(self, arguments: Mapping[str, Json]) -> bool:
        """Whether a call that was interrupted may simply be made again."""
        return self.step.is_repeatable(self.kind.given(self.row, arguments))

    def rehearsed(self, arguments: Mapping[str, Json]) -> Json:
        """What a rehearsal gives instead of making the call."""
        return self.step.rehearse(self.kind.given(self.row, arguments)).value

    def make(self, arguments: Mapping[str, Json], ports: Ports, *, key: str) -> Output | Pause:
        """Make the call; raises StepFailed."""
        given = self.kind.given(self.row, arguments)
        guarded = self.kind.ports(self.row, replace(ports, idempotency_key=key))
        return self.step.run(given, guarded)

    def told(self, value: Json) -> Json:
        """What a model and people are told of what a call gave."""
        return self.kind.told(value)


class Toolbox:
    """The tools of one step, by the names that a model uses."""

    def __init__(self, tools: Sequence[AgentTool]) -> None:
        self._tools = {one.card.name: one for one in tools}

    @classmethod
    def of(cls, rows: Json, ports: Ports) -> "Toolbox":
        """The tools in a step's settings; raises StepFailed when one of them is gone."""
        return cls([_tool(row, ports) for row in tools_in(rows)])

    @property
    def cards(self) -> tuple[Tool, ...]:
        """What a model is offered."""
        return tuple(one.card for one in self._tools.values())

    def find(self, name: str) -> AgentTool | None:
        """The tool with this name; None where there is none."""
        return self._tools.get(name)

    @property
    def names(self) -> list[str]:
        """What the tools are called."""
        return list(self._tools)


def may_write(rows: Json) -> bool:
    """Whether any of the tools can change something."""
    return any(can_write(row) for row in tools_in(rows))


def _tool(row: Mapping[str, Any], ports: Ports) -> AgentTool:
    kind = KINDS.get(row["tool"])
    if kind is None:
        raise StepFailed(f"The tool “{tool_key(row)}” is of no kind that is known here.")
    does, schema = kind.card(row, ports)
    about = f"{does} {row['about']}".strip()
    return AgentTool(row, Tool(tool_key(row), about, schema), does, kind)
