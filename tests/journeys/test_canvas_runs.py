"""A flow is run on the canvas: started there, seen step by step, looked back at item by item."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.engine.graph import Graph, Link
from tests.journeys import hands
from tests.journeys.hands import card, click
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import Visit
from tests.runs.flows import answer, form, http, in_a_row, step

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _flow() -> Graph:
    """Asks for names, greets each of them and answers."""
    cut = {"text": "{{ trigger.names }}", "by": "mark", "mark": ",", "trim": True}
    inside = {"values": [{"name": "greeting", "value": "Hello {{ item }}"}]}
    steps = (
        replace(form("names"), x=240, y=0),
        step("cut", "split_text", cut, x=240, y=80),
        step("each", "for_each", {"items": "{{ steps.cut.items }}"}, x=216, y=184),
        step("greet", "set_values", inside, parent="each0000", x=240, y=228),
        step("answer", "answer", {"text": "Greeted {{ steps.each.count }}"}, x=240, y=380),
    )
    row = [one.id for one in steps if one.key != "greet"]
    links = tuple(
        Link(id=f"link{number:04d}", source=one, source_port="out", target=other)
        for number, (one, other) in enumerate(pairwise(row))
    )
    return Graph(steps=steps, links=links)


def _open(screen: Visit, house: House, name: str) -> Page:
    path = put_agent(house, name, _flow())
    hands.open_canvas(screen, path.rpartition("/")[2])
    return screen.page


def _rehearse(page: Page) -> None:
    page.get_by_role("button", name="Rehearse", exact=True).click()
    asked = page.get_by_role("dialog", name="Rehearse")
    asked.get_by_label("Names").fill("Olga, Ben, Cleo")
    asked.get_by_role("button", name="Rehearse", exact=True).click()
    expect(asked).to_be_hidden()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_rehearsal_is_seen_where_the_flow_is_made(
    house: House, ada: Path, visit: Open, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = _open(screen, house, f"Rehearsed in the {look}")
    page.get_by_role("button", name="Rehearse", exact=True).click()
    asked = page.get_by_role("dialog", name="Rehearse")
    asked.get_by_role("button", name="Rehearse", exact=True).click()
    expect(asked.get_by_text("One thing needs another look")).to_be_visible()
    screen.check()
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    _rehearse(page)
    bar = page.get_by_role("group", name="Run", exact=True)
    expect(bar).to_contain_text("Rehearsal done")
    for name in ("Start", "Cut", "Each", "Greet", "Answer"):
        expect(card(page, name)).to_have_class(
            r"step done" if name != "Each" else "loop-frame done"
        )
    expect(card(page, "Each").locator(".took").first).to_contain_text("3 of 3")
    expect(page.locator(".links .taken")).to_have_count(3)
    items = page.get_by_role("group", name="Items of Each")
    expect(items).to_contain_text("Item 1 of 3")
    items.get_by_role("button", name="Next item").click()
    expect(items).to_contain_text("Item 2 of 3")
    click(page, card(page, "Greet"))
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Hello Ben")
    screen.check()
    click(page, card(page, "Answer"))
    expect(panel).to_contain_text("Greeted 3")
    page.reload()
    expect(bar).to_contain_text("Rehearsal done")
    expect(panel).to_contain_text("Greeted 3")
    bar.get_by_role("button", name="Take the run off the canvas").click()
    expect(bar).to_be_hidden()
    expect(page.locator(".step.done")).to_have_count(0)
    page.locator("#past-runs summary").click()
    page.locator("#past-runs [data-past]").first.click()
    expect(card(page, "Answer")).to_have_class("step done")
    screen.check()
    bar.get_by_role("link", name="Open").click()
    page.wait_for_url("**/runs/*")


def test_a_past_run_can_be_pressed_while_the_list_is_read_anew(
    house: House, ada: Path, visit: Open
) -> None:
    page = _open(visit(house, storage_state=ada), house, "Pressed while it is read")
    _rehearse(page)
    bar = page.get_by_role("group", name="Run", exact=True)
    expect(bar).to_contain_text("Rehearsal done")
    bar.get_by_role("button", name="Take the run off the canvas").click()
    expect(page.locator("#past-runs [data-past]")).to_have_count(1)  # listed as it ended
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/runs", hold)
    with page.expect_request("**/runs"):
        page.locator("#past-runs summary").click()
    page.mouse.move(*hands.middle(page.locator("#past-runs [data-past]")))
    page.mouse.down()
    with page.expect_response("**/runs") as answer:
        held[0].continue_()
    answer.value.finished()
    page.mouse.up()
    expect(bar).to_contain_text("Rehearsal done")


@pytest.mark.parametrize("look", ["light", "phone"])
def test_a_rehearsal_is_seen_in_the_outline_and_stays_in_sight(
    house: House, ada: Path, visit: Open, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    path = put_agent(house, f"Outlined on {look}", _flow())
    screen.open(f"{path}/edit")
    rehearse = page.get_by_role("button", name="Rehearse", exact=True)
    expect(rehearse.get_by_text("Rehearse")).to_be_visible()  # on a phone, too
    rehearse.click()
    page.get_by_label("Names").fill("Olga, Ben, Cleo")
    screen.check()
    page.get_by_role("button", name="Rehearse", exact=True).click()
    shown = page.get_by_role("region", name="Run", exact=True)
    expect(shown).to_contain_text("Rehearsal done")
    expect(page.locator("#ran-each0000")).to_contain_text("3 of 3")
    expect(page.locator("#ran-greet000")).to_contain_text("3 times")
    page.get_by_role("navigation", name="Items of Each").get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Items of Each")).to_contain_text("Item 2 of 3")
    page.locator("#ran-greet000").click()
    expect(page.locator("#panel")).to_contain_text("Hello Ben")
    screen.check()
    page.locator("#panel").get_by_role("link", name="Settings").click()
    expect(page.locator("#panel")).to_contain_text("Try again")
    page.locator("#panel").get_by_role("link", name="Close").click()
    expect(shown).to_contain_text("Rehearsal done")
    page.get_by_role("navigation", name="View").get_by_role("link", name="Canvas").click()
    expect(page.get_by_role("group", name="Run", exact=True)).to_contain_text("Rehearsal done")
    expect(card(page, "Greet").locator(".took")).to_contain_text("3 times")
    page.get_by_role("navigation", name="View").get_by_role("link", name="Outline").click()
    shown.get_by_role("link", name="Take the run off the steps").click()
    expect(shown).to_have_count(0)


def test_a_card_stays_in_sight_when_its_panel_opens(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, storage_state=ada)
    screen.page.set_viewport_size({"width": 1000, "height": 800})
    page = _open(screen, house, "Beside the panel")
    before = card(page, "Answer").bounding_box()
    click(page, card(page, "Answer"))
    expect(page.locator("#panel-title")).to_have_text("Answer")
    canvas, beside = page.locator("#canvas").bounding_box(), card(page, "Answer").bounding_box()
    assert before
    assert canvas
    assert beside
    assert before["x"] + before["width"] > canvas["x"] + canvas["width"], "it would lie behind"
    assert beside["x"] + beside["width"] < canvas["x"] + canvas["width"]
    page.locator("#panel").get_by_role("link", name="Close").click()
    expect(page.locator("#panel")).to_have_count(0)
    page.wait_for_function(
        """x => {
            const card = document.querySelector(".step.selected");
            return Math.abs(card.getBoundingClientRect().x - x) < 1;
        }""",
        arg=before["x"],
    )


def test_a_run_is_followed_and_stopped_on_a_phone(
    house: House, ada: Path, visit: Open, slow_service: SlowService
) -> None:
    screen = visit(house, "phone", storage_state=ada)
    page = screen.page
    steps = (form(), http("stock", f"http://{slow_service.host}/stock"), answer("Done"))
    flow = in_a_row(*(replace(one, x=0, y=96 * row) for row, one in enumerate(steps)))
    path = put_agent(house, "Stopped on a phone", flow)
    hands.open_canvas(screen, path.rpartition("/")[2])
    slow_service.hold()
    page.get_by_role("link", name="Try it").click()
    asked = page.get_by_role("dialog", name="Run Stopped on a phone")
    expect(asked).to_contain_text("what the steps send is really sent")
    screen.check()
    asked.get_by_role("button", name="Run", exact=True).click()
    bar = page.get_by_role("group", name="Run", exact=True)
    expect(bar).to_contain_text("Running")
    expect(bar).to_contain_text("step 2 of 3")
    expect(card(page, "Stock")).to_have_class("step running")
    expect(page.locator(".links .live")).to_have_count(1)
    screen.check()
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_contain_text("Cancelled")
    slow_service.let_go()
    expect(card(page, "Answer")).to_have_class("step skipped")
    screen.check()
