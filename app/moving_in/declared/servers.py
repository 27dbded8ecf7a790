"""MCP servers, as a program declares them: where they are, what was allowed, when it asked."""

import ast
from collections.abc import Mapping

from app.engine.redact import HIDDEN
from app.moving_in.declared.kinds_of_tools import ByHand, ServerTools, ToolRead
from app.moving_in.meanings.expressions import meaning
from app.moving_in.meanings.kinds import Group, Meaning, Names, Plain
from app.moving_in.meanings.syntax import called, keyword
from app.moving_in.meanings.texts import plain_text
from app.moving_in.source.addresses import clean, usable

MAX_NAME_CHARS = 80
MAX_LABEL_CHARS = 40
ALL_TOOLS = " (all tools)"
SERVERS = frozenset({"MCPServerStreamableHttp", "MCPServerSse", "MCPServerStdio"})
_PROGRAM, _OLDER = "MCPServerStdio", "MCPServerSse"
_A_PROGRAM = "an MCP server that is a program on a computer"
_NO_PROGRAMS = (
    "Lamplight starts no programs. If the server has an address too, add it under Connections and "
    "give the step its tools; else use “Ask a service”."
)
_ASK_ADDRESS = (
    "It was reached in an older way (SSE). Connections speak “streamable HTTP”: most servers have "
    "that at another address, often ending in /mcp."
)
_NO_ADDRESS = "A key in its address was taken out: take the address from where the server is told."


def server_tools(config: ast.expr | None, names: Names) -> ToolRead:
    """The tools that the configuration of a hosted server names."""
    parts = _parts(config, names)
    label = plain_text(parts.get("server_label", Plain("")))[:MAX_LABEL_CHARS] or "MCP server"
    connector = plain_text(parts.get("connector_id", Plain("")))
    if connector:
        return ByHand(
            f"the connector {connector.removeprefix('connector_').replace('_', ' ')[:60]}",
            "It is reached through OpenAI alone. Add the service's own MCP server under "
            "Connections, or give the step the tool “Ask a service”.",
        )
    told = plain_text(parts.get("server_url", Plain("")))
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


def server_of(call: ast.Call, names: Names) -> ToolRead:
    """The tools of a server that the program connects to by itself, `MCPServerStreamableHttp(…)`.

    Unlike a hosted one, it never asked unless the program says so.
    """
    label = plain_text(meaning(keyword(call, "name"), names))[:MAX_LABEL_CHARS]
    if called(call) == _PROGRAM:
        named = f"the MCP server “{label}” (a program on a computer)" if label else _A_PROGRAM
        return ByHand(named, _NO_PROGRAMS)
    told = clean(plain_text(_parts(keyword(call, "params", 0), names).get("url", Plain(""))))
    address = usable(told)
    doubts = [] if address else [_NO_ADDRESS if HIDDEN in told else "Its address was not read."]
    if called(call) == _OLDER:
        doubts.append(_ASK_ADDRESS)
    allowed = _filtered(keyword(call, "tool_filter"), names)
    if allowed is None:
        doubts.append("Which of its tools were allowed could not be read: choose them.")
    label = label or _host(address)
    asks = keyword(call, "require_approval")
    said = meaning(asks, names) if asks is not None else Plain("never")
    free, is_read = _never_asked(_in_words(said), allowed or (), label)
    if not is_read:
        doubts.append("When it asked could not be read: here it always asks.")
    return ServerTools(label, address, allowed or (), free, tuple(doubts))


def _filtered(node: ast.expr | None, names: Names) -> tuple[str, ...] | None:
    """The tools that a filter lets through; none for all of them, None when it cannot be read."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return ()
    parts = _parts(node, names)
    if set(parts) != {"allowed_tool_names"}:
        return None
    return _allowed(parts["allowed_tool_names"])


def _in_words(of: Meaning) -> Meaning:
    """Yes, no, and a word for each tool as a hosted server is told it."""
    if isinstance(of, Plain) and (of.value is None or isinstance(of.value, bool)):
        return Plain("always" if of.value else "never")
    words = (Plain("always"), Plain("never"))
    if isinstance(of, Group) and of.values and all(one in words for one in of.values.values()):
        never = [name for name, one in of.values.items() if one == Plain("never")]
        return Group({"never": Plain([*never])}) if never else Plain("always")
    return of


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0][:MAX_LABEL_CHARS] or "MCP server"


def _parts(config: ast.expr | None, names: Names) -> Mapping[str, Meaning]:
    if isinstance(config, ast.Call):  # Mcp(server_label=…)
        return {one.arg: meaning(one.value, names) for one in config.keywords if one.arg}
    if isinstance(config, ast.Dict):  # each on its own: one that is worked out hides no other
        pairs = zip(config.keys, config.values, strict=True)
        read = ((meaning(key, names) if key else Plain(None), value) for key, value in pairs)
        return {plain_text(key): meaning(value, names) for key, value in read if plain_text(key)}
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
