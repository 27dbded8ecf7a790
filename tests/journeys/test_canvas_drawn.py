"""The canvas in a real browser: what is drawn, of large flows too, and where one looks."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.engine.drawings import GroupFrame, Note
from app.engine.graph import Graph, Link, Step
from tests.journeys.hands import lay_hand_on
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.runs.house import until

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
NOTE = Note(
    "note0001", 560, 24, 240, 96, "Ask <b>Tom</b> first.", "amber", "Tom Becker", "2026-11-03"
)
AREA = GroupFrame("area0001", -24, 200, 336, 320, "Items", "blue")


def _orders() -> Graph:
    """A start, a question with one way that leads nowhere, and a loop with a step inside."""
    return Graph(
        steps=(
            Step("start001", "start_form", "start", "New order"),
            Step("large001", "if", "large", "Is it large?", y=96),
            Step("each0001", "for_each", "each", "Each item", x=0, y=232),
            Step("note0002", "set_values", "note", "Note it", parent="each0001", x=24, y=276),
        ),
        links=(
            Link("link0001", "start001", "out", "large001"),
            Link("link0002", "large001", "yes", "each0001"),
        ),
        frames=(AREA,),
        notes=(NOTE,),
    )


def _long(steps: int) -> Graph:
    chain = [Step("start001", "start_form", "start", "The first step")]
    for number in range(1, steps):
        id_ = f"step{number:04}"
        chain.append(Step(id_, "set_values", id_, f"Step {number}", y=number * 96))
    pairs = enumerate(pairwise(chain))
    links = tuple(Link(f"link{n:04}", a.id, "out", b.id) for n, (a, b) in pairs)
    return Graph(steps=tuple(chain), links=links)


def _open(screen: Visit, path: str) -> Page:
    screen.open(path)
    lay_hand_on(screen.page)
    return screen.page


@pytest.fixture(scope="module")
def orders(house: House, ada: Path) -> str:
    """The address of the canvas of an agent with a bit of everything."""
    assert ada
    return put_agent(house, "Orders on a canvas", _orders()) + "/canvas"


@pytest.fixture(scope="module")
def long(house: House, ada: Path) -> str:
    """The address of the canvas of an agent with 400 steps."""
    assert ada
    return put_agent(house, "A long canvas", _long(400)) + "/canvas"


@pytest.mark.parametrize("look", LOOKS)
def test_everything_of_a_flow_is_drawn(
    house: House, ada: Path, visit: Open, look: str, orders: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = _open(screen, orders)
    expect(page.locator(".step")).to_have_count(3)
    expect(page.locator(".loop-frame b")).to_have_text("Each item")
    expect(page.locator(".links [data-link]")).to_have_count(2)
    expect(page.locator(".ends")).to_have_count(1)
    expect(page.locator(".sticky p")).to_have_text("Ask <b>Tom</b> first.")
    expect(page.locator(".group-frame b")).to_have_text("Items")
    card = page.locator("#card-large001")
    expect(card).to_have_accessible_name(re.compile("^If: Is it large"))
    expect(card.locator(".flag")).to_contain_text("problem")
    screen.check()


def test_a_loop_holds_what_is_inside(house: House, ada: Path, visit: Open, orders: str) -> None:
    page = _open(visit(house, "light", storage_state=ada), orders)
    outer = page.locator("#card-each0001").bounding_box()
    inner = page.locator("#card-note0002").bounding_box()
    assert outer
    assert inner
    assert outer["x"] < inner["x"]
    assert outer["y"] < inner["y"]
    assert outer["x"] + outer["width"] > inner["x"] + inner["width"]
    assert outer["y"] + outer["height"] > inner["y"] + inner["height"]


def test_a_link_offers_a_step_in_its_middle(
    house: House, ada: Path, visit: Open, orders: str
) -> None:
    page = _open(visit(house, "light", storage_state=ada), orders)
    expect(page.locator("#link-add")).to_be_hidden()
    hit = page.locator("[data-link=link0001] .hit").bounding_box()
    assert hit
    page.mouse.move(hit["x"] + hit["width"] / 2, hit["y"] + hit["height"] / 2)
    add = page.get_by_role("button", name="Add a step between New order and Is it large?")
    expect(add).to_be_visible()
    page.mouse.move(5, 400)
    expect(add).to_be_hidden()


def test_of_a_long_flow_only_what_is_near_is_there(
    house: House, ada: Path, visit: Open, long: str
) -> None:
    page = _open(visit(house, "light", storage_state=ada), f"{long}?step=start001")
    expect(page.locator("#card-start001")).to_be_in_viewport()
    assert 5 < page.locator(".step").count() < 60
    page.locator("#card-step0002").focus()
    page.locator("#canvas").hover(position={"x": 40, "y": 400})
    for _ in range(8):
        page.mouse.wheel(0, 2000)
    expect(page.locator("#card-step0002")).to_be_focused()  # however far away
    expect(page.locator("#card-start001")).to_have_count(0)
    assert page.locator(".step").count() < 60


def test_the_canvas_opens_at_the_step_of_the_address(
    house: House, ada: Path, visit: Open, long: str
) -> None:
    page = _open(visit(house, "light", storage_state=ada), f"{long}?step=step0350")
    expect(page.locator("#card-step0350")).to_be_in_viewport()


def _opened_x(page: Page) -> float:
    page.reload()
    lay_hand_on(page)
    box = page.locator("#card-start001").bounding_box()
    assert box
    return box["x"]


def test_it_opens_where_one_was(house: House, ada: Path, visit: Open, orders: str) -> None:
    page = _open(visit(house, "light", storage_state=ada), orders)
    before = page.locator("#card-start001").bounding_box()
    page.locator("#canvas").hover(position={"x": 40, "y": 400})
    with page.expect_response(lambda answer: answer.request.method == "PUT") as kept:
        page.mouse.wheel(60, 40)
    assert kept.value.status == 204
    after = page.locator("#card-start001").bounding_box()
    assert before
    assert after
    assert after["x"] == pytest.approx(before["x"] - 60, abs=2)
    # What was answered may be where it had opened; leaving the page keeps the rest.
    until(lambda: _opened_x(page) == pytest.approx(after["x"], abs=2))


def test_the_map_leads_elsewhere(house: House, ada: Path, visit: Open, long: str) -> None:
    page = _open(visit(house, "light", storage_state=ada), long)
    box = page.locator("#minimap").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.9)
    expect(page.locator("#card-start001")).to_have_count(0)
    assert page.locator(".step").count() > 5


def test_without_scripts_the_outline_is_offered(
    house: House, ada: Path, visit: Open, orders: str
) -> None:
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    screen.open(orders)
    screen.click("link", "Open the outline")
    expect(screen.page.get_by_role("link", name="Is it large?", exact=True)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_an_empty_flow_asks_what_sets_it_off(
    house: House, ada: Path, visit: Open, look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    path = put_agent(house, f"Empty canvas, {look}", Graph.empty()) + "/canvas"
    page = _open(screen, path)
    expect(page.get_by_role("heading", name="What sets it off?")).to_be_visible()
    screen.check()
    page.locator("#canvas-empty").get_by_role("button", name="Form").click()
    expect(page.locator(".step b")).to_have_text("Form")
    expect(page.locator("#canvas-empty")).to_be_hidden()


def test_a_press_before_the_scripts_have_come_is_not_lost(
    house: House, ada: Path, visit: Open, orders: str
) -> None:
    screen = visit(house, "light", storage_state=ada)
    held: list[Route] = []
    screen.page.route("**/js/working.js", lambda route: held.append(route))  # noqa: PLW0108  # it marks what it is given
    screen.open(orders)
    screen.page.locator("[data-do=help] svg").first.click()
    expect(screen.page.locator("html")).to_have_attribute("data-canvas", "drawn")
    expect(screen.page.locator("dialog[open]")).to_have_count(0)
    held[0].continue_()
    expect(screen.page.locator("dialog[open]")).to_be_visible()
    screen.check()
