"""The tools that a program gives its agents, read from how it makes them."""

import ast
from collections.abc import Mapping

from app.moving_in.declared.kinds_of_tools import ByHand, OtherAgent, ToolRead
from app.moving_in.declared.servers import SERVERS, server_of, server_tools
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Names
from app.moving_in.meanings.syntax import called, keyword
from app.moving_in.meanings.texts import plain_text

_HANDS: Mapping[str, tuple[str, str]] = {
    "FileSearchTool": (
        "the search in files",
        "Put what these files say into a table, and give the step the tool “Find rows of a table”.",
    ),
    "WebSearchTool": (
        "the web search",
        "Give the step the tool “Ask a service” with the address of a search service, or put "
        "an “HTTP request” before it.",
    ),
    "CodeInterpreterTool": (
        "the code interpreter",
        "Put what is to be worked out into a step “Code” before it.",
    ),
    "ImageGenerationTool": (
        "the making of pictures",
        "Put an “HTTP request” to a service that makes pictures behind it.",
    ),
    "ComputerTool": (
        "the use of a computer",
        "If what it worked with has an address for programs, use “Ask or change a service”.",
    ),
    "LocalShellTool": (
        "the shell",
        "No step starts programs. A step “Code” works with values it is given.",
    ),
}


def tool_read(node: ast.expr | None, names: Names) -> ToolRead | None:
    """The tool that an expression makes; None when it makes none."""
    if not isinstance(node, ast.Call):
        return None
    word = called(node)
    if word == "HostedMCPTool":
        return server_tools(keyword(node, "tool_config", 0), names)
    if word in SERVERS:
        return server_of(node, names)
    if word == "as_tool" and isinstance(node.func, ast.Attribute):
        return _other(node, node.func.value, names)
    if word == "handoff":
        return _handed(keyword(node, "agent", 0), node, names)
    return ByHand(*_HANDS[word]) if word in _HANDS else None


def _other(call: ast.Call, of: ast.expr, names: Names) -> ToolRead | None:
    if not isinstance(of, ast.Name):
        return None
    name = plain_text(meaning(keyword(call, "tool_name", 0), names))
    about = plain_text(meaning(keyword(call, "tool_description", 1), names))
    return OtherAgent(of.id, name, about)


def _handed(of: ast.expr | None, call: ast.Call, names: Names) -> ToolRead | None:
    if not isinstance(of, ast.Name):
        return None
    about = plain_text(meaning(keyword(call, "tool_description_override"), names))
    return OtherAgent(of.id, "", about, hands_over=True)
