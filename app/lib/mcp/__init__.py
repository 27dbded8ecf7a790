"""Speaks to MCP servers over HTTP: which tools they offer, and calls of them. Nothing else.

Follows modelcontextprotocol.io, revision 2025-06-18, “Streamable HTTP”. What a server asks of its
client (sampling, elicitation, roots) is not declared and never answered.
"""

from app.lib.mcp.messages import McpTrouble, OfferedTool, ToolAnswer, digest_of
from app.lib.mcp.server import McpServer

__all__ = ["McpServer", "McpTrouble", "OfferedTool", "ToolAnswer", "digest_of"]
