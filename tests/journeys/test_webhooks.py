"""A webhook from its publication to the answer of its flow, its delivery and a caught sample."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.engine.graph import Graph
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.runs.flows import in_a_row, step

pytestmark = [pytest.mark.browser]


def taking_orders() -> Graph:
    """Begins at a webhook and answers with the number of the order."""
    reply = {"status": 201, "kind": "text", "text": "Thanks for order {{ trigger.body.order }}."}
    return in_a_row(
        step("start", "start_webhook", {"answer": "flow", "wait_s": 20}),
        step("reply", "answer_webhook", {**reply, "headers": []}),
    )


def deliver(address: str, order: int) -> tuple[int, str]:
    """Call the webhook as a shop would."""
    call = urllib.request.Request(  # noqa: S310  # our own house
        address,
        data=json.dumps({"order": order}).encode(),
        headers={"Content-Type": "application/json", "X-Delivery-Id": f"order-{order}"},
    )
    with urllib.request.urlopen(call, timeout=30) as came:  # noqa: S310  # as above
        return came.status, came.read().decode()


def test_a_shop_sends_an_order(house: House, ada: Path, visit: Callable[..., Visit]) -> None:
    agent = put_agent(house, "Take orders", taking_orders())
    screen = visit(house, "light", storage_state=ada)
    address = _publish_and_find_the_address(screen, agent)
    assert deliver(address, 17) == (201, "Thanks for order 17.")
    assert deliver(address, 17) == (201, "Thanks for order 17."), "the same once more"

    page = screen.page
    page.reload()
    expect(page.get_by_text("order-17. The same came 1 more time")).to_be_visible()
    screen.check()
    page.locator(".tbl td.what a").first.click()
    expect(page.get_by_role("heading", name="What it said")).to_be_visible()
    screen.check()
    screen.click("button", "Play it again")
    page.get_by_role("alertdialog").get_by_role("button", name="Play it again").click()
    expect(page.locator(".badge", has_text="Done").first).to_be_visible()
    screen.check()
    _catch_a_sample(screen, agent, address)
    for look in LOOKS:
        _look(visit(house, look, storage_state=ada), agent)


def _publish_and_find_the_address(screen: Visit, agent: str) -> str:
    screen.open(agent)
    screen.click("link", "Publish")
    screen.click("button", "Publish")
    expect(screen.page.get_by_text("On", exact=True).first).to_be_visible()
    screen.open(agent)
    screen.click("link", "Its address is called")
    expect(screen.page.get_by_text("Nothing has come yet")).to_be_visible()
    screen.check()
    return screen.page.locator(".copy-line span").first.inner_text()


def _catch_a_sample(screen: Visit, agent: str, address: str) -> None:
    screen.open(f"{agent}/webhooks/start000")
    screen.click("button", "Catch the next delivery")
    expect(screen.page.get_by_text("Listening", exact=True)).to_be_visible()
    screen.check()
    assert deliver(address, 18) == (200, '{"run":null,"caught":true}\n')
    expect(screen.page.get_by_role("heading", name="Caught")).to_be_visible()
    screen.check()
    screen.click("button", "Rehearse the draft with it")
    expect(screen.page.locator(".badge", has_text="Done").first).to_be_visible()
    screen.open(f"{agent}/webhooks/start000")
    screen.click("button", "Make a secret")
    expect(screen.page.get_by_text("It is not shown again")).to_be_visible()
    screen.check()


def _look(screen: Visit, agent: str) -> None:
    screen.open(f"{agent}/webhooks/start000")
    screen.page.get_by_text("Try it from a terminal").click()
    screen.check()
    screen.open(f"{agent}/webhooks/start000")
    screen.page.locator(".tbl td.what a").first.click()
    expect(screen.page.get_by_role("heading", name="What it said")).to_be_visible()
    screen.check()
