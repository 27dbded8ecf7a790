"""An agent's settings, its text, and how it does, on every kind of screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.past_runs import put_past_runs
from tests.journeys.seeding import put_talker
from tests.journeys.visit import LOOKS, Visit
from tests.versions.desk import enquiry_desk

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("look", LOOKS)
def test_settings_text_and_figures(
    house: House, ada: Path, visit: Callable[..., Visit], look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    name = f"Enquiries {look}"
    put_talker(house, name, enquiry_desk())
    slug = f"enquiries-{look}"
    put_past_runs(house, slug)
    agent = f"/w/harbour-pine/agents/{slug}"
    _set(screen, agent, look)
    _read(screen, agent)


def _set(screen: Visit, agent: str, look: str) -> None:
    """A command that is refused, then one that is not, and instructions for the next version."""
    page = screen.page
    screen.open(f"{agent}/details")
    screen.check()
    page.get_by_label("Command").fill("help")
    screen.click("button", "Save", exact=True)
    expect(page.get_by_text("“/help” has a meaning of its own").first).to_be_visible()
    screen.check()
    page.get_by_label("Command").fill(f"/Enquiry-{look}")
    screen.click("button", "Save", exact=True)
    expect(page.get_by_text(f"/enquiry-{look}").first).to_be_visible()
    screen.open(f"{agent}/details")
    page.get_by_label("Instructions").fill("You work for Harbour & Pine. Be kind and brief.")
    page.get_by_label("Answers in").select_option("German")
    screen.click("button", "Save in the draft")
    expect(page.get_by_text("Publish it, and runs go by it.")).to_be_visible()
    expect(page.get_by_text("You work for Harbour & Pine.")).to_be_visible()
    screen.check()


def _read(screen: Visit, agent: str) -> None:
    """How it does, as bars and as a table; all of it as text."""
    page = screen.page
    screen.click("link", "How it does")
    expect(page.get_by_role("heading", name="What fails most")).to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("table", name="By day")).to_be_visible()
    screen.check()
    screen.open(agent)
    screen.click("link", "As text")
    expect(page.locator("pre.code")).to_contain_text("Does a task")
    screen.check()
    screen.open("/w/harbour-pine/agents")
    screen.check()
