"""The setting Tools: read from forms, checked in words, known to the check and to the reach."""

from typing import Any

import pytest

from app.engine.check_tools import tool_faults
from app.engine.field_tools import Tools, are_tools, tool_key, tools_in
from app.engine.problem import ConnectionFact, Known
from app.engine.reach_tools import touched_by_tools
from tests.nodes.tooling import rule, tool

FIELD = Tools(label="Tools")
OURS = "https://ours.example/v1"


def test_a_posted_form_is_read_with_its_rules() -> None:
    posted = {
        "t-2-tool": "add_row",
        "t-2-name": " Add order ",
        "t-2-table": "t1",
        "t-2-agent": "left from before",
        "t-2-policy": "ask",
        "t-2-in-1-argument": "amount",
        "t-2-in-1-operator": "at_most",
        "t-2-in-1-value": "100",
        "t-2-in-1-otherwise": "refuse",
        "t-2-in-2-argument": "",
        "t-2-in-2-operator": "at_most",
        "t-2-in-2-value": "",
        "t-2-in-2-otherwise": "ask",
        "t-3-tool": "",
        "t-3-name": "",
        "t-4-tool": "http",
        "t-4-remove": "yes",
    }
    rows = FIELD.parse_form(posted, "t")
    rules = [rule("amount", "at_most", "100", "refuse")]
    assert rows == [tool("add_row", "Add order", "ask", rules=rules)]
    assert are_tools(rows)
    assert FIELD.check(rows) == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([tool("")], "Choose what the tool"),
        ([tool("add_row", table="")], "needs a table"),
        ([tool("agent", agent="")], "needs an agent"),
        ([tool("http", address="ours")], "cannot be used"),
        ([tool("http", address="https://{{ trigger.host }}/")], "typed out in full"),
        ([tool("http", address="https://ours.example/?a=b")], "question mark"),
        ([tool("add_row", "a"), tool("find_rows", "A")], "Two tools are called “a”"),
        ([tool("add_row", "Final answer")], "meaning of its own"),
        ([tool("add_row", policy="sometimes")], "asks a person"),
        ([tool("add_row", rules=[rule("amount", "at_most", "much")])], "needs a number"),
        ([tool("add_row", rules=[rule("", "is", "1")])], "which value"),
        ([tool("add_row", rules=[rule("a", "like", "1")])], "not known here"),
        ([{"tool": "add_row"}], "rows of tools"),
        ("all", "rows of tools"),
    ],
)
def test_what_is_wrong_is_said(rows: Any, words: str) -> None:
    assert any(words in sentence for sentence in FIELD.check(rows))


def test_what_has_no_right_shape_offers_nothing() -> None:
    row = tool("add_row")
    for odd in (
        None,
        "x",
        [row, "x"],
        [{**row, "more": 1}],
        [{**row, "rules": [{"argument": "a"}]}],
    ):
        assert tools_in(odd) == []
    assert tools_in([row, tool("http", policy="never")]) == [row]
    assert tool_key(tool("add_row", "Find customers")) == "find_customers"


def test_what_is_gone_is_said() -> None:
    fact = ConnectionFact(frozenset({"ours.example"}), "Ours")
    known = Known(connections={"c1": fact}, choices={"tables": {"t1": "Orders"}, "agents": {}})
    ours = tool("http", address=OURS, connection="c1")
    assert list(tool_faults([tool("add_row"), ours], known)) == []
    gone = [
        tool("add_row", table="t2"),
        tool("agent"),
        tool("http", address=OURS, connection="c2"),
        tool("http", address="https://evil.example", connection="c1"),
    ]
    said = " ".join(tool_faults(gone, known))
    assert said.count("was deleted") == 2
    assert "put away" in said
    assert "may not be sent to evil.example" in said


def test_all_that_tools_touch_is_told() -> None:
    known = Known(choices={"tables": {"t1": "Orders"}, "agents": {}})
    rows = [
        tool("find_rows", "find"),
        tool("http", address=OURS, connection="c1"),
        tool("http_read", "read", address="https://news.example"),
        tool("agent", policy="never"),
    ]
    assert list(touched_by_tools(rows, known)) == [
        ("table", "t1", "Orders", False, ()),
        ("host", "ours.example", "", True, ("c1",)),
        ("connection", "c1", "", False, ()),
        ("host", "news.example", "", False, ()),
    ]


def test_a_tool_keeps_where_its_server_is_until_one_is_chosen() -> None:
    server = "https://mcp.shop.example/mcp"
    posted = {"t-1-tool": "mcp", "t-1-name": "find_order", "t-1-waits": server, "t-1-mcp": ""}
    (row,) = FIELD.parse_form(posted, "t")  # type: ignore[misc]
    assert (row["address"], row["mcp_tool"]) == (server, "")  # type: ignore[index, call-overload]
    (row,) = FIELD.parse_form({**posted, "t-1-mcp": "c1|5eed|find_order"}, "t")  # type: ignore[misc]
    assert (row["address"], row["mcp_tool"]) == ("", "find_order")  # type: ignore[index, call-overload]


def test_all_tools_of_a_server_are_one_choice() -> None:
    every = "c1|5eed|find_order\r\nc1|f00d|file_ticket"
    posted = {
        "t-1-tool": "mcp",
        "t-1-name": "shop (all tools)",
        "t-1-waits": "https://mcp.shop.example/mcp",
        "t-1-policy": "ask",
        "t-1-mcp": every,
        "t-2-tool": "mcp",
        "t-2-mcp": "c1|5eed|find_order",
    }
    rows: Any = FIELD.parse_form(posted, "t")
    assert [(row["name"], row["mcp_tool"], row["seen"]) for row in rows] == [
        ("find_order", "find_order", "5eed"),
        ("file_ticket", "file_ticket", "f00d"),
    ]
    assert {row["policy"] for row in rows} == {"ask"}
    assert FIELD.check(rows) == []


def test_more_tools_than_a_step_may_have_are_left_out() -> None:
    every = "\n".join(f"c1|5eed|tool {number}" for number in range(50))
    rows: Any = FIELD.parse_form({"t-1-tool": "mcp", "t-1-mcp": every}, "t")
    assert len(rows) == 20
    assert are_tools(rows)
