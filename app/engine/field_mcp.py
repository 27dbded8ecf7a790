"""The setting that chooses one tool of one MCP server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

from app.engine.field import Field, FormData
from app.engine.values import Json

# The server's id, the tool's own name, and the digest of what it was when it was chosen.
PARTS = ("connection", "mcp_tool", "seen")
_BETWEEN = "|"


@dataclass(frozen=True, kw_only=True)
class McpPick(Field):
    """`{"connection", "mcp_tool", "seen"}`, or an empty group while nothing is chosen."""

    kind: ClassVar[str] = "mcp_tool"
    templated: ClassVar[bool] = False

    def initial(self) -> Json:
        """Nothing."""
        return {}

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The choice as typed."""
        return dict(chosen(data.get(prefix, "")))

    def check(self, value: Json) -> list[str]:
        """A choice; whether it is still there is checked where servers are known."""
        if value != {} and not is_choice(value):
            return [f"“{self.label}” must be chosen from the list."]
        return super().check(value)

    def json_schema(self) -> dict[str, Json]:
        """A group of three texts."""
        text: Json = {"type": "string"}
        return self._described({"type": "object", "properties": dict.fromkeys(PARTS, text)})


def is_choice(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value chooses a tool."""
    return (
        isinstance(value, dict)
        and set(value) == set(PARTS)
        and all(isinstance(one, str) and one for one in value.values())
    )


def chosen(typed: str) -> Mapping[str, str]:
    """The choice in a posted value; empty when there is none."""
    found = typed.split(_BETWEEN, 2)
    if len(found) != len(PARTS) or not all(found):
        return {}
    connection, seen, tool = found
    return {"connection": connection, "mcp_tool": tool, "seen": seen}


def each_chosen(typed: str) -> list[Mapping[str, str]]:
    """The choices in a posted value that may hold several, one on each line."""
    return [found for line in typed.splitlines() if (found := chosen(line))]


def as_typed(connection: str, tool: str, seen: str) -> str:
    """The choice as a form sends it; names of tools may hold any sign, so they come last."""
    return _BETWEEN.join((connection, seen, tool))
