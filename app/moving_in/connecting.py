"""What a moved-in flow needs around it: MCP servers by their addresses, agents made beside it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.engine.field_tools import MAX_TOOLS, are_tools, tool_key
from app.engine.graph import Graph, Step
from app.engine.values import Json
from app.moving_in.declared.servers import ALL_TOOLS
from app.moving_in.drawn.scene import REFERENCE

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Server:
    """An MCP server that the workspace has. `tools` are its tools, each with its digest."""

    id: str
    name: str
    address: str
    tools: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Needed:
    """A server that tools of the flow are of, and the connection that leads there if there is one.

    `address` is empty where a key was taken out of it.
    """

    address: str
    tools: tuple[str, ...]
    server: Server | None = None


def needed(graphs: Iterable[Graph], servers: Sequence[Server]) -> tuple[Needed, ...]:
    """The servers that tools wait for, in the order of the flow."""
    found: dict[str, list[str]] = {}
    for row in _waiting(graphs):
        found.setdefault(row["address"], []).append(row["name"])
    return tuple(
        Needed(address, tuple(dict.fromkeys(tools)), _at(address, servers))
        for address, tools in found.items()
    )


def never_asked(graphs: Iterable[Graph]) -> bool:
    """Whether any tool of a server is to be used without asking."""
    return any(row["policy"] == "allow" for row in _waiting(graphs))


def connected(
    graph: Graph, servers: Sequence[Server], *, agents: Mapping[str, str], may_go_on: bool
) -> Graph:
    """The flow with its tools pointing to what is there.

    `agents` are ids by reference. Without `may_go_on` no tool of a server goes without asking.
    """

    def settle(row: Row) -> list[Row]:
        if str(row["agent"]).startswith(REFERENCE):
            return [{**row, "agent": agents.get(row["agent"], "")}]
        if not _waits(row):
            return [row]
        if row["policy"] == "allow" and not may_go_on:
            row = {**row, "policy": "ask_writes"}
        return _chosen(row, servers)

    return _with_rows(graph, settle)


def _chosen(row: Row, servers: Sequence[Server]) -> list[Row]:
    """The tool at its server; all of them where all were allowed, itself where none is there."""
    server = _at(row["address"], servers)
    if server is None:
        return [row]
    name = str(row["name"])
    names = list(server.tools) if name.endswith(ALL_TOOLS) else [name]
    return [
        {**row, "name": one, "address": "", "connection": server.id, "mcp_tool": one}
        | {"seen": server.tools[one]}
        if one in server.tools
        else row
        for one in names
    ] or [row]


def _with_rows(graph: Graph, settle: Callable[[Row], list[Row]]) -> Graph:
    def settled(step: Step) -> Step:
        rows = step.fields.get("tools")
        if not are_tools(rows):
            return step
        made: list[Json] = [*_told_apart(one for row in rows for one in settle(row))]
        return replace(step, fields={**step.fields, "tools": made[:MAX_TOOLS]})

    return replace(graph, steps=tuple(settled(step) for step in graph.steps))


def _told_apart(rows: Iterable[Row]) -> Iterable[Row]:
    """Each by a name of its own, as models call them."""
    taken: set[str] = set()
    for row in rows:
        named, number = row, 2
        while tool_key(named) in taken:
            named = {**row, "name": f"{row['name']} {number}"}
            number += 1
        taken.add(tool_key(named))
        yield named


def _waiting(graphs: Iterable[Graph]) -> Iterable[Row]:
    for graph in graphs:
        for step in graph.steps:
            rows = step.fields.get("tools")
            yield from (row for row in rows if _waits(row)) if are_tools(rows) else ()


def _waits(row: Row) -> bool:
    return row["tool"] == "mcp" and not row.get("mcp_tool")


def _at(address: str, servers: Sequence[Server]) -> Server | None:
    return next((one for one in servers if address and one.address == address), None)
