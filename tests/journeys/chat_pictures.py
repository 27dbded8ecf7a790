"""Takes the pictures of chats and of moving in: `python -m tests.journeys.chat_pictures`."""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from app.engine.graph import Graph
from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.seeding import put_table, put_talker
from tests.journeys.stub_provider import KEY, StubProvider
from tests.journeys.visit import LOOKS, Visit
from tests.loopback import Loopback
from tests.moving_in.conftest import program
from tests.nodes.tooling import tool
from tests.runs.flows import answer, in_a_row, step

FOLDER = PROJECT / "docs" / "screens"
HERE = "/w/harbour-pine"
TOGETHER = f"{HERE}/agents/customer-service/publication"
ASKED = "When are you open on Saturday?"
REFUND = "Anders Holm gets 84 euros back for the lamp with the cracked shade."
ANSWERS = {
    ASKED: "On **Saturday** we are open from 10:00 to 14:00. On Sundays the workshop is closed.",
    "used lamp": "Yes, within **30 days**:\n\n1. Pack it as it came.\n2. Put the slip on top.\n"
    "3. Bring it to the desk, or send it.\n\nThe money is back within a week.",
    REFUND: "Done: the refund of **84 euros** for Anders Holm is in the table Refunds.",
}


def take() -> None:
    """The list with a thread, an answer with what a tool did, a question inside, every look."""
    provider = StubProvider(answers=ANSWERS)
    provider.calls = {"add_refund": {"customer": "Anders Holm", "amount": "84"}}
    with tempfile.TemporaryDirectory() as name, chromium() as browser, Loopback(provider) as server:
        house = House(Path(name) / "data", Path(name) / "assets", private_hosts="127.0.0.1")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            _connect(ada, f"{server.url}/v1")
            put_talker(house, "Refund desk", _refunds(house))
            desk = _front_desk(ada)
            asking = _refund(ada)
            _move_many_in(ada)
            cookies: Any = ada.context.storage_state()
            for look in LOOKS:
                screen = Visit(browser, house.address, look, storage_state=cookies)
                _keep(screen, desk, f"chat_{look}")
                _keep(screen, asking, f"chat_asks_{look}")
                _keep(screen, f"{HERE}/chats", f"chats_{look}")
                _move_in(screen, f"moving_in_{look}")
                _keep(screen, TOGETHER, f"publish_together_{look}")
                screen.close()
            _approve(ada, asking)
            _keep(ada, asking, "chat_done_light")
        finally:
            house.stop()


def _connect(ada: Visit, address: str) -> None:
    ada.open(f"{HERE}/settings/models/new")
    ada.click("link", "Another service")
    ada.fill("Address", address)
    ada.fill("Name", "Our own models")
    ada.fill("Key", KEY)
    ada.click("button", "Try it and add")
    expect(ada.page.get_by_role("heading", name="Our own models", level=1)).to_be_visible()


def _refunds(house: House) -> Graph:
    table = put_table(house, "Refunds", "Customer", "Amount")
    fields: Any = {
        "task": "{{ trigger.text }}",
        "tools": [tool("add_row", "add refund", table=table)],
    }
    agent = step("agent", "agent_with_tools", fields)
    return in_a_row(step("start", "start_chat"), agent, answer("{{ steps.agent.text }}"))


def _front_desk(ada: Visit) -> str:
    ada.open(f"{HERE}/examples")
    row = ada.page.locator("form", has=ada.page.locator('[value="ask-the-front-desk"]'))
    row.get_by_role("button").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Ask the front desk")
    for count, words in enumerate((ASKED, "Can I return a used lamp?"), start=1):
        _say(ada, words)
        expect(ada.page.get_by_text("See what it did")).to_have_count(count)
    return ada.page.url.partition("#")[0]


def _refund(ada: Visit) -> str:
    ada.open(f"{HERE}/chats/with/refund-desk")
    _say(ada, REFUND)
    expect(ada.page.get_by_role("heading", name="May it use “add refund”?")).to_be_visible()
    return ada.page.url.partition("#")[0]


def _approve(ada: Visit, asking: str) -> None:
    ada.open(asking)
    ada.page.get_by_role("button", name="Approve").first.click()
    expect(ada.page.get_by_text("See what it did")).to_be_visible()


def _say(ada: Visit, words: str) -> None:
    ada.page.get_by_role("textbox", name="Message to").fill(words)
    ada.page.keyboard.press("Enter")


def _move_in(screen: Visit, name: str) -> None:
    screen.open(f"{HERE}/moving-in")
    screen.fill("Or its code", program("order_help"))
    screen.click("button", "See what it becomes")
    expect(screen.page.get_by_role("heading", name="Order help", level=1)).to_be_visible()
    screen.check()
    screen.page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def _move_many_in(ada: Visit) -> None:
    """An agent and three that its tools run, all of them drafts."""
    ada.open(f"{HERE}/moving-in")
    ada.fill("Or its code", program("customer_service"))
    ada.click("button", "See what it becomes")
    ada.click("button", "Make the agent")
    expect(ada.page.get_by_text("Your agent has moved in")).to_be_visible()


def _keep(screen: Visit, address: str, name: str) -> None:
    screen.open(address)
    expect(screen.page.get_by_role("heading", level=1)).to_be_visible()
    screen.check()
    screen.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    take()
