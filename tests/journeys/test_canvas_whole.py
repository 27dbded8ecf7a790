"""From nothing to a published flow and back: built, mended, run, published, compared, restored."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import hands
from tests.journeys.hands import card, click, said
from tests.journeys.house import House
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]


def test_a_flow_is_built_mended_run_published_compared_and_brought_back(
    house: House, ada: Path, visit: Callable[..., Visit], slow_service: SlowService
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    agent = f"/w/harbour-pine/agents/{hands.new_agent(screen, 'Whole')}"
    _build(page)
    _mend(page, slow_service)
    screen.check()
    _run(page)
    screen.check()
    screen.open(f"{agent}/publication")
    screen.click("button", "Publish")
    expect(page.get_by_text("Version 1.0.0 is published.")).to_be_visible()
    screen.open(f"{agent}/canvas?step={_id_of(page, agent, 'Answer')}")
    with page.expect_response("**/settings"):
        page.locator("#set-text").fill("Sold out")
    screen.open(f"{agent}/versions")
    expect(page.get_by_text("Sold out").first).to_be_visible()
    screen.check()
    screen.open(f"{agent}/versions/1")
    screen.click("button", "Bring back to the draft")
    page.get_by_role("alertdialog").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("The draft now has the steps of version 1.0.0.")).to_be_visible()
    screen.open(f"{agent}/canvas?step={_id_of(page, agent, 'Answer')}")
    expect(page.locator("#set-text")).to_have_value("In stock")
    screen.check()


def _id_of(page: Page, agent: str, name: str) -> str:
    page.goto(f"{agent}/canvas")
    return card(page, name).get_attribute("data-step") or ""


def _build(page: Page) -> None:
    click(page, card(page, "Form"))
    page.keyboard.press("Delete")
    page.locator("#canvas-empty [data-kind=start_webhook]").click()
    said(page, "“Webhook” added")
    for kind, name in (
        ("set_values", "Set values"),
        ("if", "If"),
        ("http_request", "HTTP request"),
        ("answer", "Answer"),
    ):
        page.locator(f"#kinds [data-kind={kind}]").click()
        said(page, f"“{name}” added after")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def _mend(page: Page, service: SlowService) -> None:
    """Each problem of the list leads to its setting, which is filled in there."""
    wanted = {
        "values": lambda: _add_value(page),
        "conditions": lambda: _compare(page),
        "url": lambda: page.locator("#set-url").fill(f"http://{service.host}/stock"),
        "text": lambda: page.locator("#set-text").fill("In stock"),
    }
    for field, mend in wanted.items():
        page.locator("#problems summary").click()
        page.locator(f"#problems [data-field={field}]").first.click()
        expect(page.locator(f"[id^=set-{field}]").first).to_be_visible()
        with page.expect_response("**/settings"):
            mend()
        expect(page.locator(f"#problems [data-field={field}]")).to_have_count(0)
    expect(page.locator("#problems summary")).to_contain_text("The run ends here on “No”.")


def _add_value(page: Page) -> None:
    page.locator("#panel").get_by_role("button", name="Add a row").click()
    page.locator("#set-values-1-name").fill("wanted")
    page.locator("#set-values-1-value").fill("7")


def _compare(page: Page) -> None:
    page.locator("#set-conditions-1-value").fill("{{ steps.set_values.wanted }}")
    page.locator("#set-conditions-1-value2").fill("7")


def _run(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Try it").click()
    asked = page.get_by_role("dialog", name="Run Whole")
    asked.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("group", name="Run", exact=True)).to_contain_text("Done")
    expect(card(page, "Answer")).to_have_class(re.compile(r"\bdone\b"))
    expect(page.locator(".links .taken")).to_have_count(4)
