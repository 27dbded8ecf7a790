"""Flows of two hundred and of a thousand steps are worked on like small ones; no more fit."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench import canvas_flows
from tests.journeys import hands
from tests.journeys.hands import card, click, middle, pull, said
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
MOST_STEPS = 1_000


def _large(house: House, screen: Visit, name: str, steps: int) -> Page:
    slug = put_agent(house, name, canvas_flows.large(steps)).rpartition("/")[2]
    hands.open_canvas(screen, slug)
    return screen.page


def _world(page: Page) -> str:
    style: str = page.locator("#world").get_attribute("style") or ""
    return style


@pytest.mark.parametrize("steps", [200, MOST_STEPS])
def test_a_large_flow_is_looked_at_changed_saved_and_undone(
    house: House, ada: Path, visit: Open, steps: int
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _large(house, screen, f"Large {steps}", steps)
    expect(card(page, "New order")).to_be_in_viewport()
    page.locator("#canvas").hover(position={"x": 400, "y": 500})
    before = _world(page)
    page.mouse.wheel(0, 300)
    expect(page.locator("#world")).not_to_have_attribute("style", before)
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator("#zoom-level")).to_have_text("75 %")
    screen.check()
    page.locator("[data-zoom=fit]").click()
    expect(page.locator("#zoom-level")).not_to_have_text("75 %")
    map_ = page.locator("#minimap").bounding_box()
    assert map_
    page.mouse.click(map_["x"] + map_["width"] / 2, map_["y"] + map_["height"] - 8)
    expect(card(page, f"Note {steps - 1}")).to_be_in_viewport()
    _drag_save_undo(page, "Note 12")


def _drag_save_undo(page: Page, name: str) -> None:
    page.goto(f"{page.url.partition('?')[0]}?step=step0012")  # at this step, wherever one was
    expect(page.locator("#panel-title")).to_have_text(name)
    one = card(page, name)
    with page.expect_response("**/draft") as saved:
        pull(page, middle(one), middle(one, dx=64, dy=24))
    assert saved.value.status == 200
    said(page, f"“{name}” moved.")
    with page.expect_response("**/draft") as undone:
        page.keyboard.press("Control+z")
    assert undone.value.status == 200
    said(page, f"Undone: Move “{name}”.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def test_no_more_than_a_thousand_steps(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _large(house, screen, "Full", MOST_STEPS)
    page.locator("#kinds [data-kind=wait]").click()
    said(page, "A flow can have 1,000 steps at most.")
    click(page, card(page, "Note 1"))
    page.keyboard.press("Control+d")
    said(page, "A flow can have 1,000 steps at most.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    screen.check()


def test_what_cannot_be_a_flow_is_not_pasted(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Pasted at")
    flow = hands.copied_flow(page)
    step = {**flow["nodes"][0], "type": "wait", "fields": {}}
    ids = [f"wait{number:04}" for number in range(MOST_STEPS + 1)]
    many = [{**step, "id": id_, "key": id_, "name": id_} for id_ in ids]
    circle = [
        {"id": f"turn000{a}", "source": ids[a], "source_port": "out", "target": ids[b]}
        for a, b in ((0, 1), (1, 0))
    ]
    for nodes, edges, sentence in (
        (many, [], "1,000 at most"),
        ([{**step, "type": "from_tomorrow"}], [], "not known here"),
        ([{**step, "name": "x" * 2_100_000}], [], "larger than 2 MB"),
    ):
        words = json.dumps({**flow, "nodes": nodes, "edges": edges})
        page.evaluate("text => navigator.clipboard.writeText(text)", words)
        page.locator("#canvas").focus()
        page.keyboard.press("Control+v")
        said(page, sentence)
        expect(page.locator(".step")).to_have_count(1)
    words = json.dumps({**flow, "nodes": many[:2], "edges": circle})
    page.evaluate("text => navigator.clipboard.writeText(text)", words)
    page.keyboard.press("Control+v")
    said(page, "2 steps pasted")
    assert len(hands.links(hands.copied_flow(page))) == 1  # what would close the circle is left out
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
