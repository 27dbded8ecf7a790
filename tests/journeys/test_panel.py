"""The panel beside the canvas in a real browser: words are saved as typed and never lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.engine.graph import Graph, Link, Step
from tests.journeys.hands import lay_hand_on
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _flow() -> Graph:
    question = {"key": "name", "label": "Your name", "kind": "text", "required": True}
    order = [{"name": "number", "value": "48213"}]
    return Graph(
        steps=(
            Step("start001", "start_form", "start", "New order", fields={"inputs": [question]}),
            Step("order001", "set_values", "order", "Order", fields={"values": order}, y=96),
            Step("tell0001", "answer", "tell", "Tell", fields={"text": "Dear"}, y=192),
        ),
        links=(
            Link("link0001", "start001", "out", "order001"),
            Link("link0002", "order001", "out", "tell0001"),
        ),
    )


@pytest.fixture
def flow(house: House, ada: Path, request: pytest.FixtureRequest) -> str:
    """The address of an agent of its own for each test."""
    assert ada
    return put_agent(house, request.node.name[:60], _flow())


def _canvas(screen: Visit, flow: str, step: str = "") -> Page:
    screen.open(f"{flow}/canvas" + (f"?step={step}" if step else ""))
    lay_hand_on(screen.page)
    if step:
        expect(screen.page.locator("#panel-title")).to_be_visible()
    return screen.page


def _text(page: Page) -> Locator:
    return page.locator("#set-text")


def _saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def test_words_are_saved_as_they_are_typed_and_undone(
    house: House, ada: Path, visit: Open, flow: str
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _canvas(screen, flow)
    page.locator("#card-tell0001").click()
    expect(page.locator("#panel-title")).to_have_text("Tell")
    _text(page).click()
    page.keyboard.press("Control+End")
    with page.expect_response("**/settings"):
        page.keyboard.type(" Olga")
    _saved(page)
    expect(_text(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    expect(page.locator("#card-tell0001")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(_text(page)).to_have_value("Dear Olga")
    with page.expect_response("**/draft"):
        page.keyboard.press("Escape")
        page.keyboard.press("Control+z")
    page.keyboard.press("Enter")
    expect(_text(page)).to_have_value("Dear")
    screen.check()


def test_two_braces_open_a_list_of_values(house: House, ada: Path, visit: Open, flow: str) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _canvas(screen, flow, "tell0001")
    _text(page).fill("No ")
    page.keyboard.press("End")
    page.keyboard.type("{{ num")
    option = page.get_by_role("option", name="number")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(_text(page)).to_have_value("No {{ steps.order.number }}")
    expect(page.locator(".preview")).to_contain_text("“Order” has given nothing yet")
    page.keyboard.type(" {{")
    expect(page.locator("#value-list")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#value-list")).to_have_count(0)
    expect(page.locator("#panel")).to_have_count(1)
    screen.check()


def test_an_open_panel_turns_to_what_was_just_made(
    house: House, ada: Path, visit: Open, flow: str
) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _canvas(screen, flow, "tell0001")
    title = page.locator("#panel-title")
    page.locator("#kinds [data-kind=code]").click()
    expect(title).to_have_text("Code")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(title).to_have_text("Code 2")
    page.keyboard.press("Control+z")
    expect(title).to_have_count(0)
    page.locator("#kinds [data-kind=code]").click()
    expect(page.locator(".step.selected")).to_be_focused()
    expect(title).to_have_count(0)
    screen.check()


def test_a_new_name_changes_the_others_too(house: House, ada: Path, visit: Open, flow: str) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = _canvas(screen, flow, "tell0001")
    _text(page).fill("{{ steps.order.number }}")
    page.locator("#card-order001").click()
    expect(page.locator("#panel-title")).to_have_text("Order")
    with page.expect_response("**/settings"):
        page.locator("#name").fill("Purchase")
    expect(page.locator("#card-order001")).to_contain_text("Purchase")
    page.locator("#card-tell0001").click()
    expect(_text(page)).to_have_value("{{ steps.purchase.number }}")
    screen.check()


def test_two_people_at_one_step_are_told(house: House, ada: Path, visit: Open, flow: str) -> None:
    first = visit(house, "light", storage_state=ada)
    second = visit(house, "light", storage_state=ada)
    mine, theirs = _canvas(first, flow, "tell0001"), _canvas(second, flow, "tell0001")
    with theirs.expect_response("**/settings"):
        _text(theirs).fill("Theirs")
    with mine.expect_response(lambda answer: answer.status == 409):
        _text(mine).fill("Mine")
    expect(mine.locator(".panel-said")).to_contain_text("Somebody changed this step meanwhile")
    expect(_text(mine)).to_have_value("Mine")
    mine.get_by_role("button", name="Save mine").click()
    expect(mine.locator(".panel-said")).to_have_count(0)
    expect(_text(mine)).to_have_value("Mine")
    expect(_text(theirs)).to_have_value("Mine")  # heard by the way


def test_who_takes_theirs_gets_the_own_words_back_by_undo(
    house: House, ada: Path, visit: Open, flow: str
) -> None:
    first = visit(house, "light", storage_state=ada)
    second = visit(house, "light", storage_state=ada)
    mine, theirs = _canvas(first, flow, "tell0001"), _canvas(second, flow, "tell0001")
    with theirs.expect_response("**/settings"):
        _text(theirs).fill("Theirs")
    with mine.expect_response(lambda answer: answer.status == 409):
        _text(mine).fill("Words that took an hour")
    with mine.expect_response("**/draft"):
        mine.get_by_role("button", name="Take theirs").click()
    expect(mine.locator(".panel-said")).to_have_count(0)
    expect(_text(mine)).to_have_value("Theirs")
    _saved(mine)
    expect(mine.locator("#canvas-said")).to_contain_text("Undo brings back what you typed")
    with mine.expect_response("**/draft"):
        mine.locator("#tools").get_by_role("button", name="Undo").click()
    expect(_text(mine)).to_have_value("Words that took an hour")
    _saved(mine)


def test_two_people_at_two_steps_do_not_meet(
    house: House, ada: Path, visit: Open, flow: str
) -> None:
    mine = _canvas(visit(house, "light", storage_state=ada), flow, "tell0001")
    theirs = _canvas(visit(house, "light", storage_state=ada), flow, "order001")
    with theirs.expect_response("**/settings"):
        theirs.locator("#set-values-1-value").fill("9")
    with mine.expect_response(lambda answer: "/settings" in answer.url and answer.status == 200):
        _text(mine).fill("Mine")
    _saved(mine)
    mine.reload()
    expect(_text(mine)).to_have_value("Mine")
    mine.locator("#card-order001").click()
    expect(mine.locator("#set-values-1-value")).to_have_value("9")


@pytest.mark.parametrize("look", LOOKS)
def test_a_step_is_tried_in_the_panel(
    house: House, ada: Path, visit: Open, look: str, flow: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    page = _canvas(screen, flow, "order001")
    screen.check()
    page.locator("#panel .tabs").get_by_role("link", name="Try").click()
    page.locator("#panel").get_by_role("button", name="Try it").click()
    expect(page.locator("#result .badge", has_text="Done")).to_be_visible()
    screen.check()
    page.get_by_role("button", name="Pin this as sample").click()
    expect(page.locator("#panel .badge", has_text="Pinned")).to_be_visible()
    page.locator("#panel .tabs").get_by_role("link", name="Result").click()
    expect(page.locator("#panel .io")).to_contain_text("48213")
    screen.check()
    page.goto(f"{flow}/canvas?step=tell0001")
    page.get_by_role("button", name="Insert value into Text").click()
    page.get_by_role("treeitem", name="Order").locator("div").first.click()
    expect(page.locator('[data-insert="{{ steps.order.number }}"]')).to_contain_text("48213")
    screen.check()


def test_a_connection_is_made_where_it_is_chosen(house: House, ada: Path, visit: Open) -> None:
    call = Step("http0001", "http_request", "call", "Call", fields={"url": "https://a.example"})
    path = put_agent(house, "Made on the spot", Graph(steps=(call,), links=()))
    screen = visit(house, "light", storage_state=ada)
    page = _canvas(screen, path, "http0001")
    page.get_by_role("button", name="Add a connection").click()
    page.locator("#new-name").fill("Shop")
    page.locator("#new-hosts").fill("a.example")
    page.locator("#new-secret").fill("not-so-secret-1")
    screen.check()
    with page.expect_response("**/settings"):
        page.get_by_role("button", name="Make connection").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#set-connection option:checked")).to_have_text("Shop")
    expect(page.locator("#set-connection")).to_be_focused()
    screen.check()
