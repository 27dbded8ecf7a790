"""What the tools of a step can touch."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from app.engine.field_tools import TARGETS, can_write, tools_in
from app.engine.problem import Known
from app.engine.values import Json
from app.lib.safe_http import HttpRefused
from app.lib.safe_http.target import Target

# What is touched: its sort, its target, its name, whether it is changed, through which connection.
Sort = Literal["host", "service", "connection", "table", "agent"]
Touched = tuple[Sort, str, str, bool, tuple[str, ...]]
_PICKED: dict[str, Sort] = {"table": "table", "agent": "agent"}


def touched_by_tools(value: Json, known: Known) -> Iterator[Touched]:
    """Every host, table, agent and connection that a tool may be used on."""
    for row in tools_in(value):
        target, writes = TARGETS.get(row["tool"], ""), can_write(row)
        if target == "address":
            through = (row["connection"],) if row["connection"] else ()
            yield "host", _host(row["address"]), "", writes, through
            for one in through:
                fact = known.connections.get(one)
                yield "connection", one, fact.name if fact else "", False, ()
        elif target == "mcp_tool":
            yield from touched_by_server_tool(row, known, writes=writes)
        elif target in _PICKED and row[target]:
            names = known.choices.get(f"{target}s", {})
            yield _PICKED[target], row[target], names.get(row[target], ""), writes, ()


def touched_by_server_tool(
    row: Mapping[str, Any], known: Known, *, writes: bool
) -> Iterator[Touched]:
    """The tool itself, where its server is, and the connection that leads there."""
    connection, tool = str(row.get("connection") or ""), row.get("mcp_tool")
    if not connection or not tool:
        return
    fact = known.connections.get(connection)
    name = fact.name if fact else ""
    yield "service", f"{connection} {tool}", f"{tool} of {name}" if name else tool, writes, ()
    for host in sorted(fact.hosts) if fact else ():
        yield "host", host, "", writes, (connection,)
    yield "connection", connection, name, False, ()


def _host(address: str) -> str:
    try:
        return Target.parse(address).host
    except HttpRefused:
        return "*"
