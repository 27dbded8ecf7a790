"""From the sign-up address to a run on one's own words, watched live; then failing, publishing
and a second person who may only look."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

MOST_CLICKS = 12
MOST_SECONDS = 180
Visits = Callable[..., Visit]


def test_a_first_run_is_watched_and_shared(new_house: House, visit: Visits) -> None:
    began = time.monotonic()
    ada = visit(new_house)
    stories.sign_up(ada, new_house.sign_up_address)
    stories.use_example(ada, "Split a bill")
    stories.change_a_step(ada)
    stories.run(ada, {"Total of the bill": "86.40", "People": "4", "Tip in percent": "10"}, "Done")
    expect(ada.page.get_by_text("Everybody pays 23.76.", exact=True).first).to_be_visible()
    assert ada.clicks <= MOST_CLICKS
    assert time.monotonic() - began <= MOST_SECONDS
    assert ada.page.locator("[hx-trigger*='every']").count() == 0

    _make_it_fail_and_read_why(ada)
    _publish(ada)
    cleo = visit(new_house)
    _join(cleo, _invite_a_viewer(ada))
    _may_only_look(cleo)


def _make_it_fail_and_read_why(ada: Visit) -> None:
    ada.click("link", "Run again")
    ada.click("link", "Run with other input")
    stories.answer(ada, {"People": "0"}, "Failed")
    why = ada.page.get_by_text("A bill needs at least one person to pay it.")
    expect(why.first).to_be_visible()


def _publish(ada: Visit) -> None:
    ada.click("link", "Show on the canvas")
    ada.click("link", "Publish")
    ada.check()
    ada.click("button", "Publish")
    expect(ada.page.get_by_text("On", exact=True).first).to_be_visible()
    ada.check()


def _invite_a_viewer(ada: Visit) -> str:
    ada.open("/")
    ada.check()
    ada.click("link", "People")
    ada.page.get_by_label("Viewer").check()
    ada.click("button", "Make an invitation link")
    ada.check()
    return ada.page.locator(".copy-line span").first.inner_text()


def _join(cleo: Visit, invitation: str) -> None:
    cleo.open(invitation)
    cleo.check()
    cleo.fill("Your name", "Cleo Lookout")
    cleo.fill("E-mail", "cleo@harbour.example")
    cleo.fill("Choose a password", stories.PASSWORD)
    cleo.click("button", "Join")
    expect(cleo.page.get_by_role("link", name="Runs").first).to_be_visible()
    cleo.check()


def _may_only_look(cleo: Visit) -> None:
    cleo.click("link", "Runs")
    cleo.check()
    cleo.page.locator("main").get_by_role("link", name="Split a bill").first.click()
    expect(cleo.page.locator(".badge", has_text="Failed").first).to_be_visible()
    cleo.check()
    assert cleo.page.get_by_role("button", name=re.compile("Run again|Cancel")).count() == 0
    assert cleo.page.get_by_role("link", name=re.compile("Run again|editor")).count() == 0
    cleo.open("/w/harbour-pine/agents/split-a-bill")
    assert cleo.page.get_by_role("link", name="Run", exact=True).count() == 0
    cleo.check()
