"""An agent is built by describing it, changed by describing, and the change is taken back."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
WISH = (
    "When an enquiry comes in by a form, sort it into complaint or question and draft an answer. "
    "Ask me before it is sent."
)
PICTURES = os.environ.get("LAMPLIGHT_DESCRIBE_PICTURES")  # a folder, to look at what was seen
PATIENCE_MS = 60_000
RUN = re.compile(r"/runs/[0-9a-f-]{36}")


def test_an_agent_is_described_rehearsed_applied_and_taken_back(
    new_house: House, visit: Open
) -> None:
    ada = visit(new_house, "light", bypass_csp=True)
    stories.sign_up(ada, new_house.sign_up_address)
    ada.open("/w/harbour-pine/")
    _look(ada, "new_light")
    ada.fill("What should your agent do?", WISH)
    ada.click("button", "Propose it")
    page = ada.page
    _answer_until_proposed(page)
    address = page.url
    cookies = ada.context.storage_state()
    for look in LOOKS:
        screen = visit(new_house, look, bypass_csp=True, storage_state=cookies)
        screen.open(address)
        expect(screen.page.get_by_role("button", name="Apply what is ticked")).to_be_visible()
        _look(screen, f"proposal_{look}")
    _rehearse(ada, address)
    ticks = page.locator('input[name="change"]')
    count = ticks.count()
    assert count >= 3
    ticks.nth(1).uncheck()
    ada.click("button", "Apply what is ticked")
    expect(page.get_by_text("cannot do without what you left out")).to_be_visible()
    expect(ticks.last).not_to_be_checked()
    ada.open(address)
    ticks.last.uncheck()
    ada.click("button", "Apply what is ticked")
    expect(page.get_by_text("1 thing keeps it from running")).to_be_visible()
    expect(ticks.last).not_to_be_checked()
    ada.click("button", "Undo")
    expect(page.get_by_text("Taken back:")).to_be_visible()
    ada.open(address)
    ada.click("button", "Apply what is ticked")
    expect(page.get_by_text("Nothing runs yet: publish it")).to_be_visible()
    _look(ada, "applied_light")
    _run_and_approve(ada)
    _change_and_take_back(ada)


def _rehearse(ada: Visit, back: str) -> None:
    """Exactly the proposal; nothing is sent and nobody made an agent yet."""
    ada.click("button", "Rehearse")
    _fill_in(ada)
    ada.check()
    ada.click("button", "Rehearse", exact=True)
    expect(ada.page).to_have_url(RUN, timeout=PATIENCE_MS)
    expect(ada.page.get_by_text("ehearsal").first).to_be_visible()
    ada.open(back)


def _run_and_approve(ada: Visit) -> None:
    page = ada.page
    ada.click("link", "Run it")
    _fill_in(ada)
    page.get_by_role("button", name="Run", exact=True).click()
    waits = page.locator(".badge", has_text="Waits for approval")
    expect(waits.first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Open the question").click()
    page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()


def _change_and_take_back(ada: Visit) -> None:
    page = ada.page
    ada.open("/w/harbour-pine/describe?agent=answer-enquiries-2")
    ada.fill("What should be different?", "Also tell me by mail")
    ada.click("button", "Propose it")
    _answer_until_proposed(page)
    expect(page.get_by_role("heading", name="What I would change")).to_be_visible()
    ada.click("button", "Apply what is ticked")
    expect(page.get_by_text("Applied to the draft of")).to_be_visible()
    ada.click("button", "Undo")
    expect(page.get_by_text("Taken back:")).to_be_visible()
    expect(page.get_by_role("button", name="Apply what is ticked")).to_be_visible()


def _fill_in(ada: Visit) -> None:
    for label, value in (
        ("Name", "Maria Lopez"),
        ("E-mail", "maria@harbour.example"),
        ("Enquiry", "My lamp arrived broken, this is a complaint."),
    ):
        ada.page.get_by_label(label, exact=True).fill(value)


def test_it_works_without_scripts_and_under_the_policy(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    cookies = ada.context.storage_state()
    plain = visit(new_house, "light", java_script_enabled=False, storage_state=cookies)
    plain.open("/w/harbour-pine/describe")
    plain.fill("What should your agent do?", WISH)
    plain.click("button", "Propose it")
    ada.open(plain.page.url)
    _answer_until_proposed(ada.page)
    assert not ada.wrong
    plain.page.reload()
    plain.click("button", "Apply what is ticked")
    expect(plain.page.get_by_text("Applied to the draft of")).to_be_visible()
    plain.page.get_by_role("link", name="Open in the editor").last.click()
    expect(plain.page.get_by_role("link", name="Publish").first).to_be_visible()


def _answer_until_proposed(page: Page) -> None:
    """Take the first answer to each question until the proposal stands there."""
    apply = page.get_by_role("button", name="Apply what is ticked")
    choices = page.locator(".chat-examples button")
    for _ in range(4):
        expect(apply.or_(choices.first).first).to_be_visible(timeout=PATIENCE_MS)
        if apply.is_visible():
            return
        asked = page.locator(".chat-examples").inner_text()
        choices.first.click()
        gone = page.locator(".chat-examples", has_text=asked.splitlines()[0])
        expect(gone).to_have_count(0, timeout=PATIENCE_MS)
    expect(apply).to_be_visible(timeout=PATIENCE_MS)


def _look(screen: Visit, name: str) -> None:
    screen.check()
    if PICTURES:
        screen.page.screenshot(path=Path(PICTURES) / f"{name}.png")  # what stays in sight shows
