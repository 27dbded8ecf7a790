"""A flow built from nothing and watched while it runs; and the same work without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]


@pytest.mark.parametrize("look", LOOKS)
def test_a_run_is_watched_while_it_runs(
    house: House, ada: Path, visit: Visits, slow_service: SlowService, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    _build_a_look_up(screen, f"Stock on {look}", slow_service.host)
    slow_service.hold()
    screen.click("link", "Try it")
    screen.click("button", "Run", exact=True)
    expect(screen.page.locator("#run-here")).to_contain_text("Running, step 2 of 2")
    expect(screen.page.locator(".ol-step.running")).to_have_count(1)
    screen.check()
    stories.open_run(screen)
    expect(screen.page.locator(".badge", has_text="Running").first).to_be_visible()
    screen.check()
    slow_service.let_go()
    expect(screen.page.locator(".badge", has_text="Done").first).to_be_visible()
    expect(screen.page.locator(".count.live")).to_have_count(0)
    screen.page.locator("summary", has_text="HTTP request").first.click()
    expect(screen.page.get_by_text("stock", exact=True).first).to_be_visible()
    screen.check()


def test_a_running_run_is_cancelled(
    house: House, ada: Path, visit: Visits, slow_service: SlowService
) -> None:
    screen = visit(house, storage_state=ada)
    _build_a_look_up(screen, "Stock, cancelled", slow_service.host)
    slow_service.hold()
    screen.click("link", "Try it")
    screen.click("button", "Run", exact=True)
    stories.open_run(screen)
    expect(screen.page.locator(".badge", has_text="Running").first).to_be_visible()
    screen.page.get_by_role("button", name="Cancel this run").click()
    screen.page.get_by_role("button", name=re.compile("^(Yes|OK|Cancel this run)")).last.click()
    expect(screen.page.locator(".badge", has_text="Cancelled").first).to_be_visible()
    slow_service.let_go()
    screen.check()


def test_everything_works_without_javascript(house: House, ada: Path, visit: Visits) -> None:
    screen = visit(house, storage_state=ada, java_script_enabled=False)
    screen.open("/w/harbour-pine/agents/split-a-bill/edit")
    screen.page.get_by_role("link", name="Nobody to pay").first.click()
    sentence = screen.page.get_by_role("textbox", name="What is wrong")
    sentence.fill("Somebody has to pay.")
    screen.click("button", "Save")
    expect(screen.page.get_by_role("textbox", name="What is wrong")).to_have_value(
        "Somebody has to pay."
    )
    screen.click("link", "Try it")
    screen.fill("Total of the bill", "10")
    screen.fill("People", "0")
    screen.click("button", "Run", exact=True)
    failed = screen.page.locator("#run-here", has_text="Failed")
    for _ in range(100):
        if failed.count():
            break
        screen.page.reload()
    expect(screen.page.get_by_text("Somebody has to pay.").first).to_be_visible()
    screen.open("/w/harbour-pine/runs?status=failed")
    expect(screen.page.get_by_role("link", name="Split a bill").first).to_be_visible()


def _build_a_look_up(screen: Visit, name: str, host: str) -> None:
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", name)
    screen.click("button", "Go on to its steps")
    screen.click("link", "Outline")
    screen.click("link", "Add a step")
    screen.click("button", "HTTP request")
    screen.fill("Address", f"http://{host}/stock")
    screen.fill("Waits at most", "200")  # the service answers when the test has seen enough
    screen.click("button", "Save")
    saved = screen.page.get_by_role("status").filter(has_text=re.compile("saved", re.IGNORECASE))
    expect(saved.first).to_be_visible()
    screen.check()
    # On a phone the settings lie over the outline; elsewhere this does no harm.
    screen.click("link", "Close")
    expect(screen.page.get_by_text("No problems")).to_be_visible()
