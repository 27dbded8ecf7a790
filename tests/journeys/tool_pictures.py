"""Takes the pictures of the guide to agents with tools: run it with `python -m`."""

import tempfile
from pathlib import Path

from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.test_mcp_servers import add_server, choose_tool, clerk
from tests.journeys.visit import LOOKS, Visit
from tests.lib.mcp_stub import McpStub, text

FOLDER = PROJECT / "docs" / "screens"


def take() -> None:
    """A server, its tool in a step, the question, and the conversation, in every look."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, McpStub() as stub:
        stub.token, stub.does = "a-token-of-the-handbook", lambda _: text("Filed as number 12.")
        place = Path(folder)
        house = House(place / "data", place / "assets", private_hosts="127.0.0.1")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            add_server(ada, stub, "Handbook")
            ada.page.get_by_text("Files a ticket.").wait_for()
            server = ada.page.url
            path = clerk(house, "Ticket clerk")
            choose_tool(ada, path, "Handbook")
            ada.open(f"{path}/runs/new?draft=yes")
            ada.click("button", "Run", exact=True)
            ada.page.get_by_role("link", name="Open the question").wait_for()
            run = ada.page.url
            ada.click("link", "Open the question")
            question = ada.page.url
            cookies = ada.context.storage_state()
            screens = {
                look: Visit(browser, house.address, look, storage_state=cookies) for look in LOOKS
            }
            for look, screen in screens.items():
                keep(screen, server, f"mcp_server_{look}")
                keep(screen, f"{path}/edit?step=agent000&view=outline", f"tools_{look}")
                keep(screen, question, f"tools_asked_{look}")
            ada.open(question)
            ada.page.get_by_label("Amount", exact=True).fill("42")
            ada.click("button", "Approve and go on")
            ada.open(run)
            ada.page.locator(".badge", has_text="Done").first.wait_for()
            for look, screen in screens.items():
                screen.open(run)
                row = screen.page.locator(
                    "details", has=screen.page.locator("summary", has_text="Agent")
                )
                row.first.locator("summary").first.click()
                screen.page.locator(".turns").scroll_into_view_if_needed()
                screen.page.screenshot(path=FOLDER / f"tools_talk_{look}.png")
                screen.close()
        finally:
            house.stop()


def keep(screen: Visit, address: str, name: str) -> None:
    """A picture of a page as the window shows it."""
    screen.open(address)
    if name.startswith("tools_") and screen.page.locator("#set-tools-1-tool").count():
        screen.page.locator("#set-tools-1-tool").scroll_into_view_if_needed()
    screen.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    take()
