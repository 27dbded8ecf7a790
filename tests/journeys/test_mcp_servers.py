"""An MCP server is added, its tools are read, and an agent uses one after a person said yes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.opening import ada, house
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.lib.mcp_stub import McpStub, text
from tests.runs.flows import answer, in_a_row, step

__all__ = ["ada", "house"]
pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
NEW = "/w/harbour-pine/connections/new?sign_in=mcp"
TASK = "Use file ticket.\nTitle: Lamp\nAmount: 84"


def add_server(screen: Visit, stub: McpStub, name: str, *, token: str = "") -> None:
    """Fill in the form of a new server, with the token that it wants or with this one."""
    screen.open(NEW)
    screen.fill("Name", name)
    screen.fill("Address", stub.address)
    screen.fill("Access token", token or stub.token)
    screen.check()
    screen.click("button", "Make connection")


def clerk(house: House, name: str) -> str:
    """The path of an agent that has no tools yet."""
    agent = step("agent", "agent_with_tools", {"task": TASK, "tools": []})
    start = step("start", "start_form", {"inputs": []})
    return put_agent(house, name, in_a_row(start, agent, answer("{{ steps.agent.text }}")))


def choose_tool(screen: Visit, path: str, server: str) -> None:
    """Give its step the tool that files tickets."""
    page = screen.page
    screen.open(f"{path}/edit?step=agent000&view=outline")
    page.get_by_role("button", name="Add a tool").click()
    page.locator("#set-tools-1-tool").select_option("mcp")
    group = page.locator(f"#set-tools-1-mcp optgroup[label='{server}']")
    expect(group.locator("option")).to_have_count(3)
    expect(group.locator("option").last).to_have_text("All of these")
    value = group.locator("option", has_text="file_ticket").get_attribute("value")
    page.locator("#set-tools-1-mcp").select_option(value)
    expect(page.locator("#set-tools-error")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS)
def test_a_tool_is_used_after_a_person_said_yes(
    house: House, ada: Path, visit: Open, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    name, token = f"Handbook {look}", f"token-of-the-{look}"
    with McpStub(token=token, does=lambda _: text("Filed as 12.")) as stub:
        add_server(screen, stub, name, token="another-token-first")
        expect(page.get_by_text("does not accept this sign-in").first).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        screen.check()
        screen.fill("New value", token)
        screen.click("button", "Replace")
        expect(page.get_by_text("Files a ticket.")).to_be_visible()
        screen.check()
        path = clerk(house, f"Ticket clerk {look}")
        choose_tool(screen, path, name)
        screen.check()
        screen.open(f"{path}/runs/new?draft=yes")
        screen.click("button", "Run", exact=True)
        expect(page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
        expect(page.locator(".badge", has_text="Waits for approval").first).to_be_visible()
        assert stub.calls == []
        run = page.url
        screen.click("link", "Open the question")
        page.get_by_label("Amount", exact=True).fill("42")
        screen.check()
        screen.click("button", "Approve and go on")
        expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
        screen.open(run)
        expect(page.locator(".story .badge", has_text="Done")).to_be_visible()
    assert [one["arguments"]["amount"] for one in stub.calls] == [42]
