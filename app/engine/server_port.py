"""The door to MCP servers: tools that programs elsewhere offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.engine.values import Json
from app.lib.mcp import ToolAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTool:
    """A tool as it was told when its server was last looked at, and people saw it.

    `digest` names exactly this description and schema. Both are text from outside.
    """

    server: str
    name: str
    description: str
    schema: Mapping[str, Json]
    digest: str


class ServerPort(Protocol):
    """The MCP servers of one workspace."""

    def tool(self, connection_id: str, tool: str) -> ServerTool:
        """What is known of a tool; raises StepFailed when it or its server is gone."""

    def call(
        self,
        connection_id: str,
        tool: str,
        arguments: Mapping[str, Json],
        *,
        only_reads: bool,
        time_limit_s: float,
    ) -> ToolAnswer:
        """Call it; raises StepFailed.

        `only_reads` is a person's word for it: a rehearsal makes no other calls.
        """
