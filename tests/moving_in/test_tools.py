"""What becomes of the tools that a program gives its agents, and what never gets through."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.graph import Graph
from app.moving_in.connecting import Server, connected, needed, never_asked
from app.moving_in.program import read_program
from tests.moving_in.conftest import program
from tests.moving_in.tooling import (
    BY_HAND,
    CHECK,
    READY,
    SHOP,
    errors,
    moved,
    rows,
    said,
    server,
)


def test_a_realistic_program_moves_in() -> None:
    whole = read_program(program("order_help"))
    names = [(row["tool"], row["name"], row["policy"]) for row in rows(whole)]
    assert names == [
        ("mcp", "find_order", "allow"),
        ("mcp", "file_ticket", "ask"),
        ("agent", "may_return", "allow"),
        ("agent", "complaints", "allow"),
    ]
    assert [one.name for one in whole.helpers] == ["May return", "Translator", "Complaints"]
    states = {name: said(whole, name)[0] for name in ("orders =", "web_search", "code_inter")}
    assert states == {"orders =": CHECK, "web_search": BY_HAND, "code_inter": BY_HAND}
    assert said(whole, "def may_return")[0] is CHECK
    assert said(whole, "def whole_days")[0] is READY
    assert "goes to the internet" in said(whole, "def weather")[1]
    assert "“Ask a service”" in said(whole, "web_search")[1]
    for helper in whole.helpers:
        assert errors(helper.graph) == []
    everything = json.dumps(
        [whole.graph.to_json(), *[one.graph.to_json() for one in whole.helpers]]
    )
    told = " ".join(f"{one.original} {one.sentence}" for one in whole.findings)
    for secret in ("5f2d91c07be84a16", "lantern-and-wick"):
        assert secret not in everything + told


@pytest.mark.parametrize(
    ("asks", "policies"),
    [
        ("never", ["allow", "allow"]),
        ("always", ["ask", "ask"]),
        (None, ["ask", "ask"]),
        ({"never": {"tool_names": ["b"]}}, ["ask", "allow"]),
        ({"never": {"tool_names": ["a", "b"]}, "always": {"tool_names": ["a"]}}, ["ask", "allow"]),
        ({"never": {"tool_names": ["c"]}}, ["ask", "ask"]),
        ({"sometimes": True}, ["ask", "ask"]),
        ("NEVER", ["ask", "ask"]),
        (7, ["ask", "ask"]),
    ],
)
def test_when_a_tool_asks_is_never_widened(asks: object, policies: list[str]) -> None:
    whole = moved(server(allowed_tools=["a", "b"], require_approval=asks))
    assert [row["policy"] for row in rows(whole)] == policies
    kept = connected(whole.graph, [], agents={}, may_go_on=False)
    made = [one.fields["tools"] for one in kept.steps if one.type == "agent_with_tools"]
    assert "allow" not in json.dumps(made)
    assert never_asked([whole.graph]) is ("allow" in policies)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (SHOP, SHOP),
        ("https://mcp.shop.example", "https://mcp.shop.example/"),
        (f"{SHOP}?key=abcd1234", SHOP),
        ("https://ada:lamp-9@mcp.shop.example/mcp#abcd1234", SHOP),
        ("https://mcp.shop.example/s/NDk2abcd1234XyZ99/mcp", ""),
        ("https://mcp.shop.example/0198c2f4-aaaa-7bbb-8ccc-abcd12340000", ""),
        ("ftp://mcp.shop.example/abcd1234", ""),
        ("nonsense", ""),
    ],
)
def test_addresses_hold_no_key(address: str, kept: str) -> None:
    whole = moved("shop", head=f"shop = {server(allowed_tools=['a'], server_url=address)}")
    assert rows(whole)[0]["address"] == kept
    assert said(whole, "shop =")[0] is CHECK
    told = json.dumps(whole.graph.to_json()) + str(whole.findings)
    for secret in ("abcd1234", "lamp-9"):
        assert secret not in told.replace(address, "") or address.startswith("ftp")


@pytest.mark.parametrize(
    "head",
    [
        "KEY = 'abcd-efgh'\nshop = HostedMCPTool(tool_config={'server_label': 's', 'server_url': "
        "f'https://mcp.shop.example/{KEY}/mcp', 'allowed_tools': ['a']})",
        "shop = HostedMCPTool(tool_config={'server_label': 's', 'allowed_tools': ['a'], "
        "'server_url': 'https://mcp.shop.example/mcp?key=' + 'abcd-efgh'})",
        "shop = HostedMCPTool(tool_config={'server_label': 's', 'allowed_tools': ['a'], "
        "'server_url': f'https://mcp.shop.example/mcp?k={x}&y=abcd-efgh'})",
        "shop = HostedMCPTool(tool_config={'server_label': 's', 'allowed_tools': ['a'], "
        "'server_url': 'https://mcp.shop.example/mcp', 'headers': {'X-Desk': f'x {y} abcd-efgh'}})",
        "shop = HostedMCPTool(tool_config=Mcp(server_label='s', allowed_tools=['a'], "
        "server_url='https://mcp.shop.example/mcp', headers={'X-Desk': 'abcd-efgh'}))",
    ],
)
def test_secrets_in_parts_of_texts_are_hidden(head: str) -> None:
    whole = moved("shop", head=head)
    assert rows(whole)[0]["name"] == "a"
    finding = said(whole, "shop =")
    assert finding[0] is CHECK
    told = json.dumps(whole.graph.to_json()) + str(finding)
    shown = next(one.original for one in whole.findings if "shop =" in one.original)
    assert "abcd-efgh" not in told + shown


def test_tools_of_a_server_that_is_there_are_chosen() -> None:
    whole = moved(f"{server(allowed_tools=['a', 'gone'], require_approval='never')}")
    shop = Server("0198c2f4-0000-7000-8000-000000000001", "Shop", SHOP, {"a": "1f", "b": "2f"})
    (wants,) = needed([whole.graph], [shop])
    assert (wants.server, wants.tools) == (shop, ("a", "gone"))
    made = connected(whole.graph, [shop], agents={}, may_go_on=True)
    first, second = next(
        one.fields["tools"]
        for one in made.steps
        if one.type != "answer" and one.fields.get("tools")
    )  # type: ignore[union-attr, misc]
    assert (first["mcp_tool"], first["seen"], first["connection"], first["policy"]) == (  # type: ignore[index, call-overload]
        "a",
        "1f",
        shop.id,
        "allow",
    )
    assert (second["mcp_tool"], second["policy"]) == ("", "allow")  # type: ignore[index, call-overload]


def test_all_tools_only_where_all_were_allowed() -> None:
    shop = Server("0198c2f4-0000-7000-8000-000000000001", "Shop", SHOP, {"a": "1f", "b": "2f"})
    for config, names in (({}, ["a", "b"]), ({"allowed_tools": ["x"]}, [""])):
        whole = moved(server(**config))
        graph = connected(whole.graph, [shop], agents={}, may_go_on=True)
        (step,) = [one for one in graph.steps if one.type == "agent_with_tools"]
        assert [row["mcp_tool"] for row in step.fields["tools"]] == names  # type: ignore[index, call-overload, union-attr]


def test_agents_that_hand_to_each_other_end() -> None:
    head = (
        "b = Agent(name='B', handoffs=[c, one])\nc = Agent(name='C', handoffs=[b])\n"
        "b = Agent(name='B', handoffs=[c])\n"
    )
    whole = moved("b.as_tool(tool_name='ask_b', tool_description='Asks.')", head=head)
    assert [one.name for one in whole.helpers] == ["C", "B"]
    assert "hand back" in " ".join(one.sentence for one in whole.findings)


def test_there_is_an_end_to_agents_and_tools() -> None:
    chain = "".join(
        f"a{n} = Agent(name='A{n}', handoffs=[{f'a{n - 1}' if n else ''}])\n" for n in range(60)
    )
    whole = moved("a59", head=chain)
    assert len(whole.helpers) <= 20
    assert "More than 20 agents" in " ".join(one.sentence for one in whole.findings)
    many = moved(server(allowed_tools=[f"tool_{n}" for n in range(300)]))
    assert len(rows(many)) == 20
    assert said(many, "one = Agent")[0] is BY_HAND


PIECES = (
    server(allowed_tools=["a"]),
    server(require_approval="never"),
    "HostedMCPTool()",
    "HostedMCPTool(tool_config=x)",
    "HostedMCPTool(tool_config={**x, 'server_url': [1], 'allowed_tools': {'tool_names': 3}})",
    "HostedMCPTool(tool_config={'connector_id': 'connector_gmail', 'authorization': 'x'})",
    "HostedMCPTool(tool_config={'allowed_tools': ['', 1, None], 'require_approval': [[]]})",
    "WebSearchTool()",
    "FileSearchTool(vector_store_ids=['v'])",
    "lambda a: a",
    "*more",
    "look",
    "one",
    "one.as_tool(tool_name=f'{x}')",
    "handoff(agent=two)",
    "handoff(lambda: two)",
    "two.as_tool()",
    "[[[[look]]]]",
    "{'a': 1}",
    "look if x else two",
    "tools['x']",
)
HEAD = """
@function_tool(name_override=f"{x}")
def look(a=lambda: 1, /, b: (yield) = 2, *, c=[i for i in x]):
  return look(a)
two = Agent(name='Two', handoffs=[one, two, look])
"""


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.booleans())
def test_no_tools_make_it_fail(pieces: list[str], is_called: bool) -> None:
    head = HEAD if is_called else HEAD.replace("(yield)", "str")
    whole = moved(", ".join(pieces), head=head)
    for graph in (whole.graph, *(one.graph for one in whole.helpers)):
        assert Graph.from_json(graph.to_json()).digest == graph.digest
    assert all(one.sentence for one in whole.findings)


@pytest.mark.parametrize(
    "tools",
    [
        ", ".join(["look"] * 3_000),
        ", ".join([server(allowed_tools=["a"])] * 400),
        "HostedMCPTool(tool_config=" + "{'a': " * 60 + "1" + "}" * 60 + ")",
        "HostedMCPTool(tool_config={'server_url': 'https://" + "a" * 90_000 + "'})",
    ],
)
def test_large_tools_are_read_soon(tools: str) -> None:
    began = time.process_time()
    whole = moved(tools, head="@function_tool\ndef look(a: str):\n  return a\n")
    assert len(rows(whole)) <= 20
    assert time.process_time() - began < 5
