"""Trying one step from the editor, pinning what it gave, and trying the next one with that."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

EDITOR = "/w/harbour-pine/agents/split-a-bill/edit"


def _open_trial(screen: Visit, step: str) -> None:
    screen.open(EDITOR)
    screen.click("link", step, exact=True)
    to_trial = screen.page.locator("#panel .tabs").get_by_role("link", name="Try")
    screen.open(str(to_trial.get_attribute("href")))
    expect(screen.page.get_by_role("heading", name=f"Try “{step}”", level=1)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_a_step_is_tried_pinned_and_used(
    house: House, ada: Path, visit: Callable[..., Visit], look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    _open_trial(screen, "Work out the sums")
    screen.check()
    for label, value in (("total", "120"), ("people", "4"), ("tip", "10")):
        page.get_by_label(label, exact=True).fill(value)
    screen.click("button", "Try it")
    expect(page.locator("#result .badge").first).to_have_text("Done")
    expect(page.locator("#result")).to_contain_text("each")
    screen.check()
    screen.click("button", "Pin this as sample")
    expect(page.get_by_text("is pinned. Tries of later steps use it.")).to_be_visible()
    expect(page.get_by_role("button", name="Unpin it")).to_be_visible()
    screen.check()
    _open_trial(screen, "What each pays")
    screen.check()
    expect(page.get_by_label("each", exact=True)).to_have_value(
        re.compile(r"^33(\.0+)?$")
    )  # of the sample
    page.get_by_label("people", exact=True).fill("4")
    screen.click("button", "Try it")
    expect(page.locator("#result")).to_contain_text("Each of 4 pays 33.00")
    screen.check()


def test_it_works_without_scripts(house: House, ada: Path, visit: Callable[..., Visit]) -> None:
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    _open_trial(screen, "Is anybody there?")
    screen.page.get_by_label("people", exact=True).fill("4")
    screen.click("button", "Try it")
    reload = screen.page.get_by_role("link", name="Reload to see what is new")
    while reload.count():
        reload.click()
    expect(screen.page.locator("#result .badge").first).to_have_text("Done")
