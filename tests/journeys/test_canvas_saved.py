"""Work on the canvas is never lost: saved by itself, kept when offline, joined with others'."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import hands
from tests.journeys.hands import card, click
from tests.journeys.house import House
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _saved(page: Page, words: str = "Saved") -> None:
    expect(page.locator("#saved [data-words]")).to_contain_text(words)


def _state(page: Page, state: str) -> None:
    expect(page.locator(f"#saved[data-state={state}]")).to_be_visible()


def _add(page: Page, kind: str) -> None:
    page.locator(f"#kinds [data-kind={kind}]").click()


def test_what_is_done_is_saved_and_problems_lead_to_their_steps(
    house: House, ada: Path, visit: Open
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    slug = hands.new_agent(screen, "Saved by itself")
    click(page, card(page, "Form"))
    _add(page, "http_request")
    _saved(page)
    expect(page.locator("#problems summary")).to_contain_text("problem")
    expect(card(page, "HTTP request").locator(".flag")).to_be_visible()
    screen.check()
    page.locator("#problems summary").click()
    page.locator("#problems").get_by_role("link", name="HTTP request").first.click()
    expect(card(page, "HTTP request")).to_have_class("step problem selected")
    screen.open(f"/w/harbour-pine/agents/{slug}/edit/view")
    expect(card(page, "HTTP request")).to_be_visible()


def test_without_a_connection_work_waits_in_the_browser(
    house: House, ada: Path, visit: Open
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    slug = hands.new_agent(screen, "Out at sea")
    click(page, card(page, "Form"))
    screen.context.set_offline(True)
    _add(page, "wait")
    _state(page, "offline")
    _saved(page, "Not saved: no connection")
    page.close(run_before_unload=False)
    screen.context.set_offline(False)
    again = screen.context.new_page()
    again.goto(f"/w/harbour-pine/agents/{slug}/canvas")
    expect(card(again, "Wait")).to_be_visible()
    hands.said(again, "Changes that were not saved yet were brought back.")
    _saved(again)
    again.goto(f"/w/harbour-pine/agents/{slug}/edit")
    expect(again.get_by_role("link", name="Wait", exact=True)).to_be_visible()


def test_two_windows_on_one_draft(house: House, ada: Path, visit: Open) -> None:
    first = visit(house, "light", storage_state=ada)
    slug = hands.new_agent(first, "Two at once")
    second = visit(house, "dark", storage_state=ada)
    hands.open_canvas(second, slug)
    one, other = first.page, second.page
    click(one, card(one, "Form"))
    _add(one, "wait")
    _saved(one)
    expect(card(other, "Wait")).to_be_visible()
    hands.said(other, "changed the draft")
    second.context.set_offline(True)
    click(other, card(other, "Wait"))
    toast = other.locator("#toasts").get_by_text("The settings could not be opened")
    expect(toast).to_be_visible()
    other.keyboard.press("Delete")
    _state(other, "offline")
    click(one, card(one, "Wait"))
    with one.expect_response(lambda answer: answer.url.endswith("/draft")):
        one.keyboard.press("d")
    expect(card(one, "Wait")).to_contain_text("Off")
    second.context.set_offline(False)
    asked = other.get_by_role("dialog", name="You both changed the same")
    expect(asked).to_contain_text("You removed it, and it was changed meanwhile.")
    expect(toast).to_be_hidden()  # only the question speaks
    asked.get_by_role("button", name="Take theirs").click()
    expect(toast).to_be_visible()
    expect(card(other, "Wait")).to_contain_text("Off")
    _saved(other)
