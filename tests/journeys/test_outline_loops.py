"""Loops and several starts in a real browser: by keyboard, without scripts, in every look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _new_agent(screen: Visit, name: str) -> Page:
    """An agent of this name that only starts."""
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", name)
    screen.click("button", "Go on to its steps")
    screen.click("link", "Outline")
    screen.page.wait_for_url("**/edit")
    return screen.page


def _pick(page: Page, kind: str) -> None:
    page.locator(f".kinds button:has(b:text-is('{kind}'))").click()
    expect(page.locator(".panel h2")).to_have_text(kind)


def _add_inside(page: Page, kind: str) -> None:
    page.get_by_role("link", name="Add a step inside").last.click()
    expect(page.locator(".panel h2")).to_have_text("Add a step")
    _pick(page, kind)


def _close(page: Page) -> None:
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#panel-title")).to_have_count(0)


def _with_loop(screen: Visit, name: str) -> Page:
    """An agent with a loop that has two steps inside; the panel is closed."""
    page = _new_agent(screen, name)
    page.locator("#add a, .add").filter(visible=True).first.click()
    _pick(page, "For each")
    for _ in range(2):
        _close(page)
        _add_inside(page, "Set values")
    _close(page)
    return page


def test_a_loop_is_made_by_keyboard_alone(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _new_agent(screen, "Keys only")
    page.locator("#add a").focus()
    for number, words in enumerate(
        ("runs the steps inside once", "set gives them names", "gives them names set")
    ):
        page.keyboard.press("Enter")
        expect(page.locator("#panel-title")).to_be_focused()
        page.keyboard.press("Tab")  # past the way to close
        page.keyboard.press("Tab")
        expect(page.locator("#find-kind")).to_be_focused()
        page.keyboard.type(words)
        expect(page.locator(".kinds button:visible")).to_have_count(1)
        page.keyboard.press("Enter")  # to what was found
        page.keyboard.press("Enter")
        expect(page.locator("#panel-title")).to_have_text("Set values" if number else "For each")
        inside = page.get_by_role("link", name="Add a step inside For each")
        expect(page.locator(".ol-kids .ol-step")).to_have_count(number)
        inside.focus()
    expect(page.locator(".ol-kids .n")).to_have_text(["2.1", "2.2"])
    screen.check()


def test_loops_work_without_scripts(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    page = _new_agent(screen, "Loops without scripts")
    page.locator("#add a").click()
    page.locator("#find-kind").fill("runs the steps inside once")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator(".kinds button")).to_have_count(1)
    _pick(page, "For each")
    _add_inside(page, "Set values")
    _add_inside(page, "If")
    expect(page.locator(".ol-kids .n")).to_have_text(["2.1", "2.2"])
    card = page.locator(".ol-kids .ol-step").last
    card.locator("summary").click()
    card.get_by_role("button", name="Move out of the loop").click()
    expect(page.locator(".ol-kids .n")).to_have_text(["2.1"])
    expect(page.locator(".ol-step").last.locator(".n")).to_have_text("3")
    loop = page.locator(".ol-step").nth(1)
    loop.locator("summary").first.click()
    loop.get_by_role("button", name="Remove, keep its steps").first.click()
    expect(page.locator(".ol-kids")).to_have_count(0)
    expect(page.locator(".ol-step")).to_have_count(3)


def test_a_search_narrows_the_steps_as_one_types(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _new_agent(screen, "Searching")
    page.locator("#add a").click()
    page.locator("#find-kind").fill("teleport")
    expect(page.locator("#kinds-none")).to_be_visible()
    expect(page.locator(".kinds h3:visible")).to_have_count(0)
    page.locator("#find-kind").fill("")
    expect(page.locator("#kinds-none")).to_be_hidden()
    screen.check()


def test_a_loop_that_is_removed_says_what_is_lost(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _with_loop(screen, "Two inside")
    loop = page.locator(".ol-step").nth(1)
    loop.locator("summary").first.click()
    loop.get_by_role("button", name="Remove with its 2 steps").first.click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("the 2 steps inside? All their settings are lost.")
    screen.check()
    question.get_by_role("button", name="Remove").click()
    expect(page.locator(".ol-step")).to_have_count(1)


@pytest.mark.parametrize("look", LOOKS)
def test_loops_and_starts_are_right(house: House, ada: Path, visit: Open, look: str) -> None:
    screen = visit(house, look, storage_state=ada)
    page = _with_loop(screen, f"Frames {look}")
    screen.check()
    page.get_by_role("link", name="Start in another way too").click()
    screen.check()
    _pick(page, "Schedule")
    expect(page.locator(".ol-starts .ol-step")).to_have_count(2)
    screen.check()
    _close(page)
    _add_inside(page, "Switch")
    page.get_by_role("button", name="Add a case").click()
    screen.check()
    page.get_by_role("link", name="How it works").click()
    page.wait_for_url("**/steps/switch")
    screen.check()
