"""What changed in the tools of an agent is told tool by tool, in whole sentences."""

from typing import Any

import pytest

from app.engine.diff import difference
from app.engine.graph import Graph
from app.engine.problem import ConnectionFact, Known
from app.engine.reach_card import reach_of
from app.engine.reach_card_words import words_of
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import flow, step
from tests.lib.mcp_stub import FILE_TICKET, SEARCH
from tests.nodes.serving import server_tool
from tests.nodes.tooling import rule, tool

FACT = ConnectionFact(frozenset({"mcp.example"}), "Handbook", {"search": "", "file_ticket": ""})
KNOWN = Known(connections={"server": FACT}, choices={"tables": {"t1": "Orders", "t2": "Bills"}})
ADD = tool("add_row", "add order")


def agent(*rows: dict[str, Any]) -> Graph:
    start = step("form", "start_form", inputs=[])
    return flow(
        start, step("agent", "agent_with_tools", task="x", tools=list(rows)), links="form>agent"
    )


def told(before: Graph, after: Graph) -> str:
    found = difference(before, after, CATALOGUE, known=KNOWN)
    return " | ".join("".join(piece.text for piece in one.told) for one in found.changes)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([], [ADD], "It may use a tool add_order: Add a row to a table, Orders (ask a person"),
        ([ADD], [], "It has no tool add_order any more"),
        ([ADD], [ADD | {"policy": "allow"}], "when it asks went from Ask a person before it"),
        ([ADD], [ADD | {"table": "t2"}], "works on another thing went from Orders to Bills"),
        ([ADD], [ADD | {"tool": "remove_row"}], "went from Add a row to a table to Remove a row"),
        (
            [ADD],
            [ADD | {"rules": [rule("amount", "at_most", "100", "refuse")]}],
            "has a new rule: amount is at most 100, else refuse",
        ),
        (
            [ADD | {"rules": [rule("a", "is", "1")]}],
            [ADD],
            "has this rule no longer: a is exactly 1",
        ),
        ([ADD | {"name": "Add order"}], [ADD], "are written in another way"),
        ([], [server_tool(SEARCH)], "Use a tool of an MCP server, search of Handbook"),
        (
            [server_tool(SEARCH)],
            [server_tool(SEARCH | {"description": "Another."})],
            "was chosen again, as it is now",
        ),
        (
            [server_tool(SEARCH)],
            [server_tool(SEARCH, "mcp_read")],
            "to Use a tool of an MCP server that only reads",
        ),
    ],
)
def test_tools(before: list[Any], after: list[Any], words: str) -> None:
    assert words in told(agent(*before), agent(*after))


def test_the_tool_of_a_step() -> None:
    def calling(told_of: dict[str, Any], **more: Any) -> Graph:
        row = server_tool(told_of)
        choice = {name: row[name] for name in ("connection", "mcp_tool", "seen")}
        return flow(
            step("form", "start_form", inputs=[]),
            step("call", "mcp_tool", tool=choice, **more),
            links="form>call",
        )

    words = told(calling(SEARCH), calling(FILE_TICKET))
    assert "“Tool” went from search of Handbook to file_ticket of Handbook" in words
    again = told(calling(SEARCH), calling(SEARCH | {"description": "Another."}))
    assert "was chosen again" in again


def test_what_can_be_touched() -> None:
    rows = [server_tool(SEARCH, "mcp_read"), server_tool(FILE_TICKET)]
    found = reach_of(agent(*rows), CATALOGUE, known=KNOWN, called=lambda _: None)
    words = [words_of(one) for one in found]
    assert "Send data to mcp.example" in words
    assert "Change things by “file_ticket of Handbook”" in words
    assert "Read by “search of Handbook”" in words
    assert "Sign in with the connection “Handbook”" in words
