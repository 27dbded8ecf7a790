"""A public form: filled in by a stranger without scripts, then seen as a run by its people."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.engine.graph import Graph
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.runs.flows import answer, in_a_row, step

pytestmark = [pytest.mark.browser]


def contact_form() -> Graph:
    """Asks a stranger what they want."""
    start = {
        "page": "public",
        "page_title": "Contact us",
        "page_intro": "We answer within a day.",
        "page_button": "Send it",
        "page_thanks": "Thank you. You hear from us tomorrow.",
        "inputs": [
            {"key": "name", "label": "Your name", "kind": "text", "required": True},
            {
                "key": "topic",
                "label": "It is about",
                "kind": "choice",
                "options": ["A lamp", "A bill"],
            },
            {"key": "message", "label": "Message", "kind": "long_text", "required": True},
            {"key": "photo", "label": "A photo or a bill", "kind": "file", "hint": "One file."},
            {"key": "news", "label": "Send me news", "kind": "switch"},
        ],
    }
    return in_a_row(step("start", "start_form", start), answer("Dear {{ trigger.name }}"))


def test_a_stranger_writes_to_us(
    house: House, ada: Path, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    agent = put_agent(house, "Contact", contact_form())
    screen = visit(house, "light", storage_state=ada)
    address = _publish_and_find_the_address(screen, agent)

    stranger = visit(house, "phone", java_script_enabled=False)
    stranger.open(address)
    stranger.fill("Your name", "Maria Lopez")
    stranger.click("button", "Send it")
    expect(stranger.page.get_by_text("One thing needs another look")).to_be_visible()
    expect(stranger.page.get_by_label("Your name")).to_have_value("Maria Lopez")
    stranger.fill("Message", "The shade is cracked.")
    photo = tmp_path / "shade.txt"
    photo.write_text("a picture of a shade", "utf-8")
    stranger.page.get_by_label("A photo or a bill").set_input_files(photo)
    stranger.click("button", "Send it")
    expect(stranger.page.get_by_text("You hear from us tomorrow.")).to_be_visible()
    assert stranger.page.get_by_role("link", name="See the run").count() == 0

    screen.open("/w/harbour-pine/runs")
    screen.page.locator("main").get_by_role("link", name="Contact").first.click()
    expect(screen.page.locator(".badge", has_text="Done").first).to_be_visible()
    screen.page.get_by_text("Read the form").last.click()
    expect(screen.page.get_by_text("shade.txt").first).to_be_visible()
    for look in LOOKS:
        _look(visit(house, look), address)
    _close(screen, agent)
    stranger.open(address)
    expect(stranger.page.get_by_role("heading", name="This form is closed")).to_be_visible()


def _publish_and_find_the_address(screen: Visit, agent: str) -> str:
    screen.open(agent)
    screen.click("link", "Publish")
    screen.click("button", "Publish")
    expect(screen.page.get_by_text("On", exact=True).first).to_be_visible()
    screen.open(agent)
    screen.click("link", "Its form is filled in")
    screen.check()
    return screen.page.locator(".copy-line span").first.inner_text()


def _look(screen: Visit, address: str) -> None:
    screen.open(address)
    screen.check()
    screen.click("button", "Send it")
    expect(screen.page.get_by_text("2 things need another look")).to_be_visible()
    screen.check()
    screen.open(f"{address}/thanks")
    screen.check()
    screen.open(f"{address}x")
    screen.check()


def _close(screen: Visit, agent: str) -> None:
    screen.open(agent)
    screen.click("button", "Switch off")
    expect(screen.page.get_by_text("Off", exact=True).first).to_be_visible()
    screen.open(f"{agent}/forms/start000")
    screen.check()
