"""From the sign-up address to a run on one's own words, watched live; then failing, publishing
and a second person who may only look."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

MOST_CLICKS = 12
MOST_SECONDS = 180
PASSWORD = "a lamp in the harbour at night"  # noqa: S105  # of the people in this story
Visits = Callable[..., Visit]


def test_a_first_run_is_watched_and_shared(house: House, visit: Visits) -> None:
    began = time.monotonic()
    ada = visit("light")
    _sign_up(ada, house.sign_up_address)
    _use_example(ada, "Split a bill")
    _change_a_step(ada)
    _run(ada, {"Total of the bill": "86.40", "People": "4", "Tip in percent": "10"})
    expect(ada.page.get_by_text("Everybody pays 23.76")).to_be_visible()
    assert ada.clicks <= MOST_CLICKS
    assert time.monotonic() - began <= MOST_SECONDS
    _the_run_stands_still(ada)

    _make_it_fail(ada)
    _publish(ada)
    invitation = _invite_a_viewer(ada)
    cleo = visit("light")
    _join(cleo, invitation)
    _may_only_look(cleo)


def _sign_up(ada: Visit, address: str) -> None:
    ada.open(address)
    ada.check()
    ada.fill("Your name", "Ada Harbour")
    ada.fill("E-mail", "ada@harbour.example")
    ada.fill("Password", PASSWORD)
    ada.fill("Workspace", "Harbour & Pine")
    ada.click("button", "Create")
    expect(ada.page.get_by_role("heading", name="Begin with an example")).to_be_visible()
    ada.check()


def _use_example(ada: Visit, name: str) -> None:
    card = ada.page.get_by_role("listitem").filter(has_text=name)
    ada.clicks += 1
    card.get_by_role("button", name="Use this example").click()
    expect(ada.page.get_by_role("heading", name=name).first).to_be_visible()
    ada.check()


def _change_a_step(ada: Visit) -> None:
    ada.click("link", "Edit")
    ada.click("link", "What each pays")
    text = ada.page.get_by_label("Text", exact=True).first
    text.fill("Everybody pays {{ steps.sums.each | decimals: 2 }}.")
    ada.check()
    ada.click("button", "Save")
    expect(ada.page.get_by_text("Saved").or_(ada.page.get_by_text("Draft saved")).first).to_be_visible()
    ada.check()


def _run(ada: Visit, answers: dict[str, str]) -> None:
    ada.click("link", "Try it")
    for label, value in answers.items():
        ada.fill(label, value)
    ada.check()
    ada.click("button", "Run")
    expect(ada.page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(ada.page.locator(".badge", has_text=re.compile("Done|Failed")).first).to_be_visible()
    ada.check()


def _the_run_stands_still(ada: Visit) -> None:
    assert ada.page.locator("[hx-trigger*='every']").count() == 0


def _make_it_fail(ada: Visit) -> None:
    ada.click("link", "Run again")
    ada.fill("People", "0")
    ada.click("button", "Run")
    expect(ada.page.locator(".badge", has_text="Failed").first).to_be_visible()
    expect(ada.page.get_by_text("A bill needs at least one person to pay it.").first).to_be_visible()
    ada.check()


def _publish(ada: Visit) -> None:
    ada.click("link", "Agents")
    ada.click("link", "Split a bill")
    ada.click("link", "Edit")
    ada.click("button", "Publish")
    expect(ada.page.get_by_text("1.0.0").or_(ada.page.get_by_text("0.1.0")).first).to_be_visible()
    ada.check()


def _invite_a_viewer(ada: Visit) -> str:
    ada.open("/")
    ada.click("link", "People")
    ada.page.get_by_label("Role").first.select_option("viewer")
    ada.click("button", "Invite")
    address = ada.page.get_by_label("Invitation link").input_value()
    ada.check()
    return address


def _join(cleo: Visit, invitation: str) -> None:
    cleo.open(invitation)
    cleo.fill("Your name", "Cleo Lookout")
    cleo.fill("E-mail", "cleo@harbour.example")
    cleo.fill("Password", PASSWORD)
    cleo.click("button", "Join")
    cleo.check()


def _may_only_look(cleo: Visit) -> None:
    cleo.click("link", "Runs")
    cleo.page.get_by_role("link", name="Split a bill").first.click()
    expect(cleo.page.locator(".badge", has_text="Failed").first).to_be_visible()
    cleo.check()
    assert cleo.page.get_by_role("link", name="Run again").count() == 0
    assert cleo.page.get_by_role("button", name=re.compile("Run|Cancel")).count() == 0
