"""The outline in a real browser: changes save themselves, focus follows, nobody is overwritten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _new_agent(screen: Visit, name: str) -> None:
    """An agent of this name whose second step sets values, with its settings open."""
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", name)
    screen.click("button", "Go on to its steps")
    screen.click("link", "Outline")
    screen.page.wait_for_url("**/edit")
    _add(screen, "Set values")


def _add(screen: Visit, kind: str) -> None:
    _press_add(screen.page)
    screen.page.locator(f".kinds button:has(b:text-is('{kind}'))").click()
    expect(screen.page.locator(".panel > header h2")).to_have_text(kind)


def _press_add(page: Page) -> None:
    page.locator(".ol-add, .add").filter(visible=True).last.click()
    expect(page.locator(".panel > header h2")).to_have_text("Add a step")


def _close(page: Page) -> None:
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#panel-title")).to_have_count(0)


def _revision(page: Page) -> int:
    return int(page.locator("#editor").get_attribute("data-revision") or 0)


def test_quick_changes_follow_each_other_and_none_is_lost(
    house: House, ada: Path, visit: Open
) -> None:
    screen = visit(house, "light", storage_state=ada)
    _new_agent(screen, "Quick hands")
    page = screen.page
    page.get_by_role("button", name="Add a row").click()
    expect(page.locator("#set-values-1-name")).to_be_focused()
    page.keyboard.type("total")
    page.keyboard.press("Tab")
    page.locator("#set-values-1-value").fill("12")
    page.get_by_role("button", name="Add a row").click()  # while the change before it is saved
    expect(page.locator("#set-values-2-name")).to_be_focused()
    page.keyboard.type("tax")
    page.get_by_role("button", name="Remove row 1 of Values").click()
    expect(page.locator("#set-values-2-name")).to_have_count(0)
    expect(page.locator("#set-values-1-name")).to_have_value("tax")
    page.reload()
    expect(page.locator("#set-values-1-name")).to_have_value("tax")
    screen.check()


def test_focus_follows_the_panel_and_the_address_too(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    _new_agent(screen, "Where was I")
    page = screen.page
    expect(page.locator("#panel-title")).to_be_focused()
    page.get_by_role("link", name="Close").click()
    step = page.locator(".ol-step").nth(1).get_by_role("link", name="Set values", exact=True)
    expect(step).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    assert "step=" in page.url
    page.go_back()
    expect(page.locator("#panel-title")).to_have_count(0)


def test_a_value_is_put_where_the_cursor_is(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    _new_agent(screen, "Copyist")
    page = screen.page
    page.get_by_role("button", name="Add a row").click()
    expect(page.locator("#set-values-1-name")).to_be_focused()
    page.keyboard.type("when")
    page.locator("#set-values-1-value").fill("On ")
    page.get_by_role("button", name="Insert value into Values").click()
    # other tests may have made variables, which then stand open before the run's own values
    page.get_by_role("treeitem", name="This run").first.press("ArrowRight")
    page.locator('[data-insert="{{ now }}"]').click()
    expect(page.locator("#set-values-1-value")).to_have_value("On {{ now }}")
    expect(page.locator(".ed-strip")).to_contain_text("No problems")


def test_whoever_saves_second_keeps_the_words(house: House, ada: Path, visit: Open) -> None:
    first = visit(house, "light", storage_state=ada)
    _new_agent(first, "Two windows")
    second = visit(house, "light", storage_state=ada)
    second.open(first.page.url)
    first.page.locator("#name").fill("Totals")
    first.page.keyboard.press("Tab")
    expect(first.page.locator(".panel > header h2")).to_have_text("Totals")
    second.page.locator("#name").fill("Sums")
    second.page.keyboard.press("Tab")
    expect(second.page.locator(".banner")).to_contain_text("Somebody changed the draft meanwhile")
    expect(second.page.locator("#name")).to_have_value("Sums")
    second.check()
    second.page.locator(".panel-foot").get_by_role("button", name="Save").click()
    expect(second.page.locator(".panel > header h2")).to_have_text("Sums")


def test_a_choice_keeps_the_focus_and_saves_itself(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    _new_agent(screen, "Chooser")
    page = screen.page
    before = _revision(page)
    choice = page.locator(".ol-step").first.locator("select")
    choice.focus()
    choice.select_option("")
    expect(page.locator(".ol-step").nth(1)).to_contain_text("No way leads to this step.")
    expect(choice).to_be_focused()
    assert _revision(page) == before + 1


def test_everything_works_without_scripts(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    _new_agent(screen, "No scripts")
    page = screen.page
    page.get_by_role("button", name="Add a row").click()
    page.locator("#set-values-1-name").fill("total")
    page.locator("#set-values-1-value").fill("12")
    page.locator(".panel-foot").get_by_role("button", name="Save").click()
    expect(page.locator(".ed-strip")).to_contain_text("No problems")
    menu = page.locator(".ol-step").nth(1)
    menu.locator("summary").click()
    menu.get_by_role("button", name="Duplicate").click()
    expect(page.locator(".ol-step")).to_have_count(3)
    page.locator(".ol-step").first.locator("select").select_option(label="Set values copy")
    page.locator(".ol-step").first.get_by_role("button", name="Set").click()
    expect(page.locator(".ed-strip")).to_contain_text("1 problem")


@pytest.mark.parametrize("look", LOOKS)
def test_open_panels_are_right(house: House, ada: Path, visit: Open, look: str) -> None:
    screen = visit(house, look, storage_state=ada)
    _new_agent(screen, f"Panels {look}")
    screen.page.get_by_role("button", name="Add a row").click()
    expect(screen.page.locator("#set-values-1-name")).to_be_visible()
    screen.check()
    for kind in ("If", "HTTP request"):
        _close(screen.page)
        _add(screen, kind)
        screen.check()
    _close(screen.page)
    _press_add(screen.page)
    screen.check()
