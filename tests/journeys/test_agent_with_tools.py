"""An agent with tools asks before it writes; what it said and did is read on its run."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.seeding import put_agent, put_table
from tests.journeys.visit import LOOKS, Visit
from tests.nodes.tooling import rule, tool
from tests.runs.flows import answer, form, in_a_row, step

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
NAME = "Order clerk"


@pytest.fixture(scope="module")
def clerk(house: House, ada: Path) -> str:
    """The path of an agent that adds orders to a table, and asks before."""
    table = put_table(house, "Orders", "Customer", "Amount")
    add = tool("add_row", "add order", table=table, rules=[rule("amount", "at_most", "100")])
    task = "Use add order. Customer: {{ trigger.who }}\nAmount: 84"
    agent = step("agent", "agent_with_tools", {"task": task, "tools": [add]})
    graph = in_a_row(form("who"), agent, answer("{{ steps.agent.text }}"))
    return put_agent(house, NAME, graph)


def start(screen: Visit, clerk: str) -> None:
    """Run the draft until it asks."""
    screen.open(f"{clerk}/runs/new?draft=yes")
    screen.fill("Who", "Tobias")
    screen.click("button", "Run", exact=True)
    expect(screen.page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(screen.page.locator(".badge", has_text="Waits for approval").first).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_a_call_is_approved_with_another_value(
    house: House, ada: Path, clerk: str, visit: Open, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    start(screen, clerk)
    run = page.url
    screen.click("link", "Open the question")
    title = "May it use “add order”?"
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_text("Adds a row to the table “Orders”.")).to_be_visible()
    page.get_by_label("Amount", exact=True).fill("42")
    screen.check()
    screen.click("button", "Approve and go on")
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
    screen.open(run)
    expect(page.locator(".story .badge", has_text="Done")).to_be_visible()
    page.locator("details", has=page.locator("summary", has_text="Agent")).first.locator(
        "summary"
    ).first.click()
    talk = page.locator(".turns")
    expect(talk).to_contain_text("Ada Harbour approved it, with another amount.")
    talk.locator(".turns-card > summary").click()
    expect(talk.locator(".turns-card")).to_contain_text("42")
    screen.check()


def test_its_tools_are_set_in_the_panel(house: House, ada: Path, clerk: str, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(f"{clerk}/edit?step=agent000&view=outline")
    expect(page.locator("#set-tools-1-tool")).to_have_value("add_row")
    page.get_by_role("button", name="Add a tool").click()
    page.locator("#set-tools-2-tool").select_option("http_read")
    expect(page.locator("#set-tools-2-address")).to_be_visible()
    page.locator("#set-tools-2-address").fill("ours.example")
    page.keyboard.press("Tab")
    expect(page.locator("#set-tools-error")).to_contain_text("cannot be used")
    page.locator("#set-tools-2-address").fill("https://ours.example/v1")
    page.keyboard.press("Tab")
    expect(page.locator("#set-tools-error")).to_have_count(0)
    expect(page.locator("#set-tools-1-in-1-value")).to_have_value("100")
    screen.check()
