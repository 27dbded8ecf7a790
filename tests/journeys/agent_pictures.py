"""Takes the pictures of an agent's own pages: `python -m tests.journeys.agent_pictures`."""

import tempfile
from pathlib import Path
from typing import Any

from tests.chromium import chromium
from tests.journeys import stories
from tests.journeys.house import PROJECT, House
from tests.journeys.past_runs import put_past_runs
from tests.journeys.seeding import put_talker
from tests.journeys.visit import LOOKS, Visit
from tests.versions.desk import enquiry_desk

FOLDER = PROJECT / "docs" / "screens"
AGENT = "/w/harbour-pine/agents/enquiry-desk"
PAGES = {
    "": "agent",
    "/details": "agent_details",
    "/performance": "agent_performance",
    "/versions/1/text": "agent_text",
}
INSTRUCTIONS = "You work for Harbour & Pine, a shop for ship's lamps. Be kind, brief and exact."


def take() -> None:
    """The agent, its settings, how it does, its text, and the list, in every look."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        house = House(Path(name) / "data", Path(name) / "assets")
        try:
            ada = Visit(browser, house.address, "light")
            stories.sign_up(ada, house.sign_up_address)
            stories.use_example(ada, "Split a bill")
            put_talker(house, "Enquiry desk", enquiry_desk())
            put_past_runs(house, "enquiry-desk")
            _fill_in(ada)
            cookies: Any = ada.context.storage_state()
            for look in LOOKS:
                screen = Visit(browser, house.address, look, storage_state=cookies)
                for page in ("", "/details", "/performance", "/versions/1/text"):
                    word = page.rpartition("/")[2] or "agent"
                    _keep(
                        screen,
                        f"{AGENT}{page}",
                        f"agent_{word}_{look}".replace("agent_agent", "agent"),
                    )
                _keep(screen, "/w/harbour-pine/agents", f"agents_{look}")
                screen.close()
        finally:
            house.stop()


def _fill_in(ada: Visit) -> None:
    ada.open(f"{AGENT}/details")
    ada.page.get_by_label("Command").fill("enquiry")
    ada.click("button", "Save", exact=True)
    ada.open(f"{AGENT}/details")
    ada.page.get_by_label("Instructions").fill(INSTRUCTIONS)
    ada.click("button", "Save in the draft")


def _keep(screen: Visit, path: str, name: str) -> None:
    screen.open(path)
    screen.check()
    screen.page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


if __name__ == "__main__":
    take()
