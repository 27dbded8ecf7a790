"""The tools that a program gives its agents, read from how it makes them."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from app.engine.redact import HIDDEN
from app.engine.words import listed
from app.moving_in.expressions import called, keyword, meaning
from app.moving_in.meanings import Group, Meaning, Names, Plain
from app.moving_in.server_addresses import usable

MAX_NAME_CHARS = 80
MAX_LABEL_CHARS = 40
ALL_TOOLS = " (all tools)"
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
_NO_ADDRESS = "A key in its address was taken out: take the address from where the server is told."


@dataclass(frozen=True, slots=True)
class ServerTools:
    """Tools of an MCP server. `free` are those that never asked, `names` empty means all."""

    label: str
    address: str
    names: tuple[str, ...]
    free: frozenset[str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ByHand:
    """A tool that nothing here is made of: what it was, and what to do instead."""

    words: str
    instead: str


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A function of the program that is a tool."""

    name: str


@dataclass(frozen=True, slots=True)
class OtherAgent:
    """Another agent of the program: as a tool, or to hand over to."""

    variable: str
    name: str
    about: str
    hands_over: bool = False


ToolRead: TypeAlias = ServerTools | ByHand | OwnCode | OtherAgent


def tool_read(node: ast.expr | None, names: Names) -> ToolRead | None:
    """The tool that an expression makes; None when it makes none."""
    if not isinstance(node, ast.Call):
        return None
    word = called(node)
    if word == "HostedMCPTool":
        return _server(keyword(node, "tool_config", 0), names)
    if word == "as_tool" and isinstance(node.func, ast.Attribute):
        return _other(node, node.func.value, names)
    if word == "handoff":
        return _handed(keyword(node, "agent", 0), node, names)
    return ByHand(*_HANDS[word]) if word in _HANDS else None


def _other(call: ast.Call, of: ast.expr, names: Names) -> ToolRead | None:
    if not isinstance(of, ast.Name):
        return None
    name = _text(meaning(keyword(call, "tool_name", 0), names))
    about = _text(meaning(keyword(call, "tool_description", 1), names))
    return OtherAgent(of.id, name, about)


def _handed(of: ast.expr | None, call: ast.Call, names: Names) -> ToolRead | None:
    if not isinstance(of, ast.Name):
        return None
    about = _text(meaning(keyword(call, "tool_description_override"), names))
    return OtherAgent(of.id, "", about, hands_over=True)


def _server(config: ast.expr | None, names: Names) -> ToolRead:
    parts = _parts(config, names)
    label = _text(parts.get("server_label", Plain("")))[:MAX_LABEL_CHARS] or "MCP server"
    connector = _text(parts.get("connector_id", Plain("")))
    if connector:
        return ByHand(
            f"the connector {connector.removeprefix('connector_').replace('_', ' ')[:60]}",
            "It is reached through OpenAI alone. Add the service's own MCP server under "
            "Connections, or give the step the tool “Ask a service”.",
        )
    told = _text(parts.get("server_url", Plain("")))
    address = usable(told)
    doubts = [] if address else [_NO_ADDRESS if HIDDEN in told else "Its address was not read."]
    allowed = _allowed(parts.get("allowed_tools"))
    if allowed is None:
        doubts.append("Which of its tools were allowed could not be read: choose them.")
    tools = allowed or ()
    free, is_read = _never_asked(parts.get("require_approval"), tools, label)
    if not is_read:
        doubts.append("When it asked could not be read: here it always asks.")
    return ServerTools(label, address, tools, free, tuple(doubts))


def _parts(config: ast.expr | None, names: Names) -> Mapping[str, Meaning]:
    if isinstance(config, ast.Call):  # Mcp(server_label=…)
        return {one.arg: meaning(one.value, names) for one in config.keywords if one.arg}
    if isinstance(config, ast.Dict):  # each on its own: one that is worked out hides no other
        pairs = zip(config.keys, config.values, strict=True)
        read = ((meaning(key, names) if key else Plain(None), value) for key, value in pairs)
        return {_text(key): meaning(value, names) for key, value in read if _text(key)}
    found = meaning(config, names)
    return found.values if isinstance(found, Group) else {}


def _allowed(of: Meaning | None) -> tuple[str, ...] | None:
    """The names that are allowed; none for all of them, None when they cannot be read."""
    if of is None or of == Plain(None):
        return ()
    if isinstance(of, Group):
        if "tool_names" not in of.values:
            return None
        of = of.values["tool_names"]
    listed_names = of.value if isinstance(of, Plain) else None
    if not isinstance(listed_names, list) or not listed_names:
        return None
    found = [one for one in listed_names if isinstance(one, str) and one.strip()]
    if len(found) < len(listed_names):
        return None
    return tuple(dict.fromkeys(one.strip()[:MAX_NAME_CHARS] for one in found))


def _never_asked(
    of: Meaning | None, tools: tuple[str, ...], label: str
) -> tuple[frozenset[str], bool]:
    """The tools that never asked, and whether it could be read. Unsaid means that it asked."""
    every = frozenset(tools or (all_of(label),))
    if of is None or of in (Plain(None), Plain("always")):
        return frozenset(), True
    if of == Plain("never"):
        return every, True
    if not isinstance(of, Group) or not set(of.values) <= {"never", "always"}:
        return frozenset(), False
    free = _allowed(of.values.get("never")) if "never" in of.values else ()
    asked = _allowed(of.values.get("always")) if "always" in of.values else ()
    if free is None or asked is None:
        return frozenset(), False
    return (every & frozenset(free)) - frozenset(asked), True


def all_of(label: str) -> str:
    """What the one row is called that stands for all tools of a server."""
    return f"{label}{ALL_TOOLS}"


def words_of(tool: ToolRead) -> str:
    """What the tool is, in words."""
    if isinstance(tool, ServerTools):
        what = listed([f"“{one}”" for one in tool.names[:3]]) if tool.names else "all tools"
        more = " and others" if len(tool.names) > 3 else ""
        return f"{what}{more} of the MCP server “{tool.label}”"
    if isinstance(tool, ByHand):
        return tool.words
    return f"the tool {tool.name}" if isinstance(tool, OwnCode) else f"the agent {tool.variable}"


def _text(of: Meaning) -> str:
    return of.value.strip() if isinstance(of, Plain) and isinstance(of.value, str) else ""
