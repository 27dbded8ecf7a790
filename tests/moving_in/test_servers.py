"""Servers that a program connects to by itself: by address, by an older way, as a program."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.moving_in.program import MovedIn, read_program
from tests.agents.pages import words
from tests.cast import Cast
from tests.moving_in.conftest import HERE
from tests.moving_in.test_making import hidden
from tests.moving_in.tooling import BY_HAND, CHECK, READY, RUN, rows, said

STOCK = "https://mcp.lampshop.example/stock/mcp"
SECRETS = ("pear-blossom-7", "counter-41", "f00dfeed11223344")


def moved(server: str, *, head: str = "") -> MovedIn:
    """A program whose one agent has this server."""
    return read_program(f"{head}\none = Agent(name='One', mcp_servers=[{server}])\n{RUN}")


def http(more: str = "", url: str = STOCK) -> str:
    """A server by its address."""
    return f"MCPServerStreamableHttp(name='Stock', params={{'url': '{url}'}}, {more})"


def policies(whole: MovedIn) -> list[tuple[str, str]]:
    """What its tools are called and when they ask."""
    return [(row["name"], row["policy"]) for row in rows(whole)]


@pytest.mark.parametrize(
    ("more", "tools"),
    [
        ("", [("Stock (all tools)", "allow")]),
        ("require_approval=True", [("Stock (all tools)", "ask")]),
        ("require_approval='always'", [("Stock (all tools)", "ask")]),
        ("require_approval=False", [("Stock (all tools)", "allow")]),
        ("require_approval=ask_me()", [("Stock (all tools)", "ask")]),
        ("tool_filter={'allowed_tool_names': ['count']}", [("count", "allow")]),
        (
            "tool_filter=create_static_tool_filter(allowed_tool_names=['count', 'reserve']), "
            "require_approval={'count': 'never', 'reserve': 'always'}",
            [("count", "allow"), ("reserve", "ask")],
        ),
        (
            "tool_filter={'allowed_tool_names': ['count', 'reserve']}, "
            "require_approval={'always': {'tool_names': ['reserve']}, "
            "'never': {'tool_names': ['count']}}",
            [("count", "allow"), ("reserve", "ask")],
        ),
        ("tool_filter=by_hour", [("Stock (all tools)", "allow")]),
    ],
)
def test_a_server_by_its_address_waits_for_a_connection(
    more: str, tools: list[tuple[str, str]]
) -> None:
    whole = moved(http(more))
    assert policies(whole) == tools
    assert {row["address"] for row in rows(whole)} == {STOCK}
    state, sentence = said(whole, "one = Agent")
    assert (state, f"“Stock” at {STOCK}" in sentence) == (CHECK, True)
    assert "Add the server under Connections" in sentence
    assert ("choose them" in sentence) is ("by_hour" in more)


@pytest.mark.parametrize(
    "params",
    [
        f"{{'url': '{STOCK}?apiKey=pear-blossom-7'}}",
        f"{{'url': 'https://ada:pear-blossom-7@{STOCK[8:]}', 'timeout': 5}}",
        f"{{'url': '{STOCK}', 'headers': {{'X-Desk': 'counter-41'}}}}",
        f"MCPServerStreamableHttpParams(url='{STOCK}#pear-blossom-7', headers={{'X': 'counter'}})",
        "told",
        "{'url': ADDRESS, 'headers': {'Authorization': f'Bearer {x} counter-41'}}",
    ],
)
def test_no_key_of_a_server_comes_along(params: str) -> None:
    heads = {
        "ADDRESS": f"ADDRESS = '{STOCK}?key=pear-blossom-7'\n",
        "told": f"told = {{'url': '{STOCK}?k=pear-blossom-7', 'headers': {{'X': 'counter-41'}}}}\n",
    }
    head = "".join(line for name, line in heads.items() if name in params)
    whole = moved(f"MCPServerStreamableHttp(params={params})", head=head)
    assert {row["address"] for row in rows(whole)} == {STOCK}
    assert policies(whole) == [("mcp.lampshop.example (all tools)", "allow")]
    everything = json.dumps(whole.graph.to_json()) + str(whole.findings)
    assert not [one for one in SECRETS if one in everything]


def test_an_address_from_outside_is_to_be_told() -> None:
    whole = moved("MCPServerStreamableHttp(params={'url': os.environ['STOCK_URL']})")
    assert rows(whole)[0]["address"] == ""
    assert "Its address was not read." in said(whole, "one = Agent")[1]


def test_a_server_of_the_older_kind_is_to_be_looked_at() -> None:
    whole = moved("prices", head="prices = MCPServerSse(params={'url': 'https://p.example/sse'})")
    assert rows(whole)[0]["address"] == "https://p.example/sse"
    state, sentence = said(whole, "prices =")
    assert (state, "older way (SSE)" in sentence) == (CHECK, True)


def test_a_program_on_a_computer_is_left_to_people() -> None:
    head = (
        "letters = MCPServerStdio(name='Letters', params={'command': 'npx', 'args': ['letters'], "
        "'env': {'LETTERS_TOKEN': 'counter-41'}})\n"
    )
    whole = moved("letters", head=head)
    state, sentence = said(whole, "letters =")
    assert (state, "Lamplight starts no programs." in sentence) == (BY_HAND, True)
    assert "counter-41" not in json.dumps(whole.graph.to_json()) + str(whole.findings)
    unused = read_program(f"{head}\none = Agent(name='One')\n{RUN}")
    assert said(unused, "letters =")[0] is BY_HAND


def test_hosted_ones_among_the_servers_are_read_too() -> None:
    told = {"server_label": "shop", "server_url": STOCK, "allowed_tools": ["a"]}
    assert policies(moved(f"HostedMCPTool(tool_config={told!r}), {http()}")) == [
        ("a", "ask"),
        ("Stock (all tools)", "allow"),
    ]


def test_a_server_that_is_opened_for_a_while_is_the_agent_s() -> None:
    lines = f"""
async def main():
  async with {http()} as stock, open_shop() as shop:
    await stock.connect()
    keeper = Agent(name='Keeper', mcp_servers=[stock])
    result = await Runner.run(keeper, 'How many lamps?')
  await stock.cleanup()
"""
    whole = read_program(lines)
    assert rows(whole)[0]["address"] == STOCK
    state, sentence = said(whole, "async with")
    assert (state, "It opens “open_shop()”" in sentence) == (BY_HAND, True)
    assert f"at {STOCK}, for the step “Keeper”" in sentence
    assert {said(whole, one)[0] for one in ("connect()", "cleanup()")} == {READY}


def test_what_no_agent_has_is_said() -> None:
    whole = read_program(f"stock = {http()}\none = Agent(name='One')\n{RUN}")
    assert "no agent has it" in said(whole, "stock =")[1]


def test_the_step_leads_to_a_connection_with_the_address(
    browser: Callable[[User], FlaskClient], session: Session, cast: Cast
) -> None:
    ada = browser(cast.ada)
    code = f"one = Agent(name='Keeper', mcp_servers=[{http()}])\n{RUN}"
    looked = ada.post(HERE, data={"code": code})
    assert "Add this server in a new tab" in looked.text
    data = {"name": "Stock keeper", "flow": hidden(looked, "flow")}
    made = ada.post(f"{HERE}/agents", data={**data, "others": hidden(looked, "others")})
    canvas = ada.get(made.location, follow_redirects=True)
    flow = json.loads(hidden(looked, "flow"))
    (step,) = [one["id"] for one in flow["nodes"] if one["type"] == "agent_with_tools"]
    panel = ada.get(f"{canvas.request.path}?step={step}")
    assert f"It waits for the server at {STOCK}." in words(panel)
    link = re.search(r'href="([^"]*connections/new[^"]*)"[^>]*>Add this server', panel.text)
    assert link is not None
    assert f'value="{STOCK}"' in ada.get(unescape(link[1])).text
