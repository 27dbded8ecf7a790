"""The port to MCP servers for steps that are tried alone: one real server on this machine."""

from collections.abc import Mapping
from typing import Any

from app.engine.errors import StepFailed
from app.engine.server_port import ServerTool
from app.engine.values import Json
from app.lib.mcp import McpServer, McpTrouble, OfferedTool, ToolAnswer
from app.lib.safe_http import Door
from tests.lib.mcp_stub import McpStub


class Servers:
    """Knows the tools as they were when it was made; calls them at the server."""

    def __init__(self, stub: McpStub) -> None:
        self.server = McpServer(stub.address, Door(("127.0.0.1",)).open)
        self.known = {one.name: one for one in map(OfferedTool.of, stub.tools) if one}

    def tool(self, connection_id: str, tool: str) -> ServerTool:
        """What is known."""
        if tool not in self.known:
            raise StepFailed(f"“Handbook” offers no tool “{tool}” any more.", can_retry=False)
        one = self.known[tool]
        said: dict[str, Any] = {"name": one.name, "description": one.description}
        return ServerTool(server="Handbook", schema=one.schema, digest=one.digest, **said)

    def call(
        self,
        connection_id: str,
        tool: str,
        arguments: Mapping[str, Json],
        *,
        only_reads: bool,
        time_limit_s: float,
    ) -> ToolAnswer:
        """Call it."""
        try:
            return self.server.call(tool, arguments, time_limit_s=time_limit_s)
        except McpTrouble as trouble:
            raise StepFailed(trouble.sentence, unsure=trouble.unsure) from trouble


def server_tool(told: Mapping[str, Any], kind: str = "mcp", **more: Any) -> dict[str, Any]:
    """A row of the setting Tools, as chosen when the server told this of the tool."""
    one = OfferedTool.of(dict(told))
    assert one
    row: dict[str, Any] = dict.fromkeys(("name", "about", "address", "agent", "table"), "")
    chosen = {"connection": "server", "mcp_tool": one.name, "seen": one.digest}
    return {"tool": kind, **row, **chosen, "policy": "ask_writes", "rules": [], **more}
