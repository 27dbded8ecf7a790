"""A person signs in at an MCP server and comes back, and an agent uses a tool there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.opening import ada, house
from tests.journeys.seeding import put_agent
from tests.journeys.test_mcp_servers import NEW
from tests.journeys.visit import Visit
from tests.lib.mcp_stub import SEARCH, text
from tests.lib.oauth_stub import GuardedStub, OAuthStub
from tests.nodes.serving import server_tool
from tests.runs.flows import answer, in_a_row, step

__all__ = ["ada", "house"]
pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
LONG_MS = 60_000


def make(screen: Visit, stub: GuardedStub, name: str) -> str:
    """Fill in the form of a new server; the page of its connection."""
    screen.open(NEW)
    screen.fill("Name", name)
    screen.fill("Address", stub.address)
    screen.click("button", "Make connection")
    expect(screen.page.get_by_text("Nobody is signed in.")).to_be_visible()
    return screen.page.url


def searcher(house: House, connection: str) -> str:
    """The path of an agent that searches there."""
    row = server_tool(SEARCH, connection=connection)
    tool = {name: row[name] for name in ("connection", "mcp_tool", "seen")}
    values = [{"name": "query", "value": "leave"}]
    start = step("start", "start_form", {"inputs": []})
    search = step("search", "mcp_tool", {"tool": tool, "values": values, "reads": True})
    flow = in_a_row(start, search, answer("{{ steps.search.text }}"))
    return put_agent(house, "Handbook reader", flow)


def test_a_person_signs_in_and_an_agent_uses_a_tool(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    with OAuthStub() as service, GuardedStub(service=service) as stub:
        stub.does = lambda _: text("Thirty days of leave.")
        connection = make(screen, stub, "Handbook")
        screen.check()
        screen.click("button", "Sign in", exact=True)
        expect(page.get_by_role("link", name="Go on to 127.0.0.1")).to_be_visible()
        screen.check()
        screen.click("link", "Go on to 127.0.0.1")
        expect(page.get_by_role("button", name="Finish signing in")).to_be_visible()
        screen.wrong = [one for one in screen.wrong if service.issuer not in one]  # she was there
        screen.check()
        screen.click("button", "Finish signing in")
        expect(page.get_by_text("Searches the handbook.")).to_be_visible()
        screen.check()
        path = searcher(house, connection[-36:])
        screen.open(f"{path}/runs/new?draft=yes")
        screen.click("button", "Run", exact=True)
        expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
        answered = page.get_by_text("Thirty days of leave.").first
        expect(answered).to_be_visible(timeout=LONG_MS)
