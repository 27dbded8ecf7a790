"""Checks that the tools of a step have something to work on, and send secrets where they may."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.field_tools import TARGETS, tool_key, tools_in
from app.engine.problem import Known
from app.engine.values import Json
from app.lib.safe_http import HostPattern, HttpRefused
from app.lib.safe_http.target import Target

_PICKED = {"table": "tables", "agent": "agents"}
_GONE = {
    "tables": "works on a table that was deleted. Choose another.",
    "agents": "runs an agent that is not published, or was put away. “Publish” offers to publish "
    "both; else choose another.",
}


def tool_faults(value: Json, known: Known) -> Iterator[str]:
    """A sentence for each thing that a tool points to and that is not there, or not for it."""
    for row in tools_in(value):
        name, target = tool_key(row), TARGETS.get(row["tool"], "")
        of = _PICKED.get(target)
        there = known.choices.get(of) if of else None
        if of and there is not None and row[target] and row[target] not in there:
            yield f"The tool “{name}” {_GONE[of]}"
        if target == "mcp_tool":
            yield from server_tool_faults(row, known)
        elif row["connection"]:
            yield from _connection(name, row, known)


def server_tool_faults(row: Mapping[str, Any], known: Known) -> Iterator[str]:
    """What became of a tool of an MCP server since it was chosen."""
    tool, fact = row.get("mcp_tool"), known.connections.get(row["connection"])
    if not tool:
        return
    if fact is None or fact.tools is None:
        yield f"The MCP server of the tool “{tool}” was deleted. Choose another one."
    elif tool not in fact.tools:
        yield f"“{fact.name}” offers no tool “{tool}” any more. Choose another one."
    elif fact.tools[tool] != row.get("seen"):
        yield (
            f"The tool “{tool}” of “{fact.name}” is not what it was when it was chosen. Look at "
            "it under Connections, and choose it again."
        )


def _connection(name: str, row: Mapping[str, Any], known: Known) -> Iterator[str]:
    fact = known.connections.get(row["connection"])
    if fact is None:
        yield f"The connection of the tool “{name}” was deleted. Choose another one."
        return
    try:
        target = Target.parse(row["address"])
    except HttpRefused:
        return  # the check of the setting itself speaks of it
    if not any(HostPattern.parse(one).covers(target.host, target.port) for one in fact.hosts):
        yield (
            f"The connection “{fact.name}” may not be sent to {target.host}, where the tool "
            f"“{name}” goes. Choose another connection or another address."
        )
