"""The tools of an MCP server: asked for, kept with its connection, and what changed in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.words import count, listed
from app.lib.mcp import McpServer, McpTrouble, OfferedTool, digest_of
from app.lib.safe_http import Door, HttpCall, HttpStream, HttpTrouble
from app.vault.authoriser import Authoriser
from app.vault.models import Connection
from app.vault.opening import opened

MAX_KEPT_BYTES = 300_000
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What a server told of itself; `tools` as they are kept."""

    server: str
    tools: tuple[dict[str, Any], ...]

    @property
    def as_kept(self) -> dict[str, Any]:
        """For `config_json`."""
        return {"server": self.server, "tools": list(self.tools)}


def look(
    door: Door, address: str, *, secret_headers: Mapping[str, str], hosts: Sequence[str]
) -> Look:
    """Greet the server and read its tools; raises McpTrouble with a sentence."""
    return _looked(
        address, lambda call: door.open(call, secret_headers=secret_headers, secret_hosts=hosts)
    )


def _looked(address: str, open_line: Callable[[HttpCall], HttpStream]) -> Look:
    try:
        server = McpServer(address, open_line)
        found = server.tools()
        server.leave()
    except HttpTrouble as trouble:
        raise McpTrouble(trouble.sentence) from trouble
    if not found:
        raise McpTrouble(f"{server.name or 'The server'} answers, but offers no tools.")
    return Look(server.name, tuple(_fitting(found)))


def look_again(door: Door, authoriser: Authoriser, address: str, *, connection_id: str) -> Look:
    """The same for a connection that exists; raises McpTrouble."""
    return _looked(
        address, lambda call: opened(door, authoriser, call, connection_id=connection_id)[1]
    )


def kept_tools(connection: Connection) -> list[dict[str, Any]]:
    """`[{"name", "description", "schema", "says_it_reads"}]`, in the server's order."""
    return list(connection.config_json.get("tools", ()))


def digests(connection: Connection) -> dict[str, str]:
    """Each tool with what names exactly its description and schema."""
    return _digests(kept_tools(connection))


def reading(connection: Connection) -> frozenset[str]:
    """The tools of which the server says that they only read; nobody relies on it for asking."""
    return frozenset(one["name"] for one in kept_tools(connection) if one.get("says_it_reads"))


def differences(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> str:
    """What is other than before, in sentences; empty when nothing is."""
    old, new = _digests(before), _digests(after)
    told = (
        ("New", [name for name in new if name not in old]),
        ("Changed", [name for name in new if name in old and old[name] != new[name]]),
        ("Gone", [name for name in old if name not in new]),
    )
    return " ".join(f"{word}: {_named(names)}." for word, names in told if names)


def told(look: Look, before: Sequence[Mapping[str, Any]]) -> str:
    """What a look at a server came to, for its page; `before`: its tools as they were known."""
    words = f"{look.server or 'It'} offers {count(len(look.tools), 'tool')}."
    if not before:
        return words
    differs = differences(before, look.tools) or "They are the same as before."
    again = " Choose what changed again in the agents that use it." if "Changed:" in differs else ""
    return f"{words} {differs}{again}"


def _digests(tools: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {one["name"]: digest_of(one["name"], one["description"], one["schema"]) for one in tools}


def _named(names: list[str]) -> str:
    shown = [f"“{one}”" for one in names[:MOST_NAMED]]
    more = len(names) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def _fitting(found: Sequence[OfferedTool]) -> list[dict[str, Any]]:
    """As many as there is room for."""
    made, size = [], 0
    for one in found:
        kept = {
            "name": one.name,
            "description": one.description,
            "schema": dict(one.schema),
            "says_it_reads": one.says_it_reads,
        }
        size += len(json.dumps(kept))
        if size > MAX_KEPT_BYTES:
            break
        made.append(kept)
    return made
