"""The canvas worked with by mouse, by finger and by keyboard alone, as people do."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import hands
from tests.journeys.hands import Fingers, card, choose, click, middle, pull, said
from tests.journeys.house import House
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]

FIVE_STEPS = {
    ("Webhook", "out", "Set values"),
    ("Set values", "out", "If"),
    ("If", "yes", "HTTP request"),
    ("HTTP request", "out", "Answer"),
}


def _kind(page: Page, type_: str) -> None:
    page.locator(f"#kinds [data-kind={type_}]").click()


def test_five_steps_with_the_mouse(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "By mouse")
    click(page, card(page, "Form"))
    page.keyboard.press("Delete")
    page.locator("#canvas-empty [data-kind=start_webhook]").click()
    said(page, "“Webhook” added")
    _kind(page, "set_values")  # a click adds behind what is selected
    said(page, "“Set values” added after “Webhook”")
    below = middle(card(page, "Set values"), dy=150)
    pull(page, middle(page.locator("#kinds [data-kind=if]")), below)  # dragged out of the palette
    said(page, "“If” added")
    way_out = middle(card(page, "Set values").locator(".out-p"))
    pull(page, way_out, middle(card(page, "If")))  # the whole card takes the link
    said(page, "“Set values” leads to “If” now")
    yes = middle(card(page, "If").locator("[data-port=yes]"))
    pull(page, yes, (yes[0] - 40, yes[1] + 90))  # dropped on nothing
    choose(page, "http")
    said(page, "“HTTP request” added after “If”")
    click(page, card(page, "HTTP request").locator(".out-p"))
    choose(page, "answer")
    said(page, "“Answer” added after “HTTP request”")
    assert hands.links(hands.copied_flow(page)) == FIVE_STEPS
    screen.check()


def test_five_steps_with_a_finger(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "phone", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "By finger")
    fingers = Fingers(page)
    fingers.tap(card(page, "Form"))
    said(page, "Tap it again for its settings.")
    fingers.hold(card(page, "Form"))
    fingers.tap(page.get_by_role("menuitem", name="Delete"))
    said(page, "“Form” deleted")
    fingers.tap(page.locator("#canvas-empty [data-kind=start_webhook]"))
    said(page, "“Webhook” added")
    for kind, name in (("set_values", "Set values"), ("if", "If")):
        fingers.tap(page.get_by_role("button", name="Add step"))
        fingers.tap(page.locator(f"#kinds [data-kind={kind}]"))
        said(page, f"“{name}” added after")
    yes = middle(card(page, "If").locator("[data-port=yes]"))
    fingers.pull(yes, (yes[0], yes[1] + 90))
    fingers.tap(page.locator("#proposal-kinds [data-kind=http_request]"))
    said(page, "“HTTP request” added after “If”")
    fingers.tap(card(page, "HTTP request").locator(".out-p"))
    fingers.tap(page.locator("#proposal-kinds [data-kind=answer]"))
    said(page, "“Answer” added after “HTTP request”")
    assert hands.links(hands.copied_flow(page)) == FIVE_STEPS
    screen.check()


def test_five_steps_with_the_keyboard_alone(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "dark", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    hands.new_agent(screen, "By keys")
    page.locator("#canvas").focus()
    keys.press("Tab")
    expect(card(page, "Form")).to_be_focused()
    keys.press("Delete")
    keys.press("/")
    keys.type("webhook")
    keys.press("Enter")
    expect(card(page, "Webhook")).to_be_focused()
    keys.press("a")
    choose(page, "set values")
    expect(card(page, "Set values")).to_be_focused()
    keys.press("n")  # a letter makes a note; while one types it is a letter
    keys.type("n is for note")
    keys.press("Escape")
    keys.press("Delete")
    click(page, page.locator("#canvas"), dx=300)  # nothing is selected
    keys.press("Tab")
    keys.press("Tab")
    for words, name in (("if", "If"), ("http", "HTTP request"), ("answer", "Answer")):
        keys.press("a")
        choose(page, words)
        expect(card(page, name)).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("l")
    keys.press("Delete")  # the link onward
    said(page, "Link cut")
    keys.press("c")
    said(page, "Link from “HTTP request”. 1 step fits")
    keys.press("Escape")
    said(page, "Nothing was chosen")
    keys.press("c")
    keys.press("Tab")
    expect(card(page, "Answer")).to_be_focused()
    keys.press("Enter")
    said(page, "“HTTP request” leads to “Answer” now")
    assert hands.links(hands.copied_flow(page)) == FIVE_STEPS
    screen.check()


def test_a_drag_is_one_entry_and_esc_drops_it(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Dragging")
    _kind(page, "set_values")
    before = hands.places(hands.copied_flow(page))
    click(page, page.locator("#canvas"), dx=300)
    start = middle(card(page, "Set values"))
    pull(page, start, (start[0] + 200, start[1] + 100), let_go=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    said(page, "Nothing was moved")
    assert hands.places(hands.copied_flow(page)) == before
    click(page, page.locator("#canvas"), dx=300)
    pull(page, start, (start[0] + 201, start[1] + 103))
    said(page, "“Set values” moved")
    after = hands.places(hands.copied_flow(page))
    assert (after["Set values"][0] - before["Set values"][0]) % 8 == 0
    assert after["Set values"] != before["Set values"]
    undo = page.get_by_role("button", name="Undo: Move “Set values”")
    undo.click()
    assert hands.places(hands.copied_flow(page)) == before
    page.keyboard.press("Control+Shift+z")
    assert hands.places(hands.copied_flow(page)) == after


def test_steps_go_onto_links_and_into_loops(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Onto and into")
    _kind(page, "for_each")
    _kind(page, "answer")
    pull(
        page,
        middle(page.locator("#kinds [data-kind=set_values]")),
        middle(card(page, "For each"), dy=30),
    )
    said(page, "“Set values” added inside “For each”")
    start = middle(card(page, "Form").locator(".out-p"), dy=28)
    pull(page, middle(page.locator("#kinds [data-kind=code]")), start)
    said(page, "“Code” added after “Form”")
    flow = hands.copied_flow(page)
    assert hands.loop_of(flow, "Set values") == "For each"
    assert ("Form", "out", "Code") in hands.links(flow)
    assert ("Code", "out", "For each") in hands.links(flow)
    page.keyboard.press("Escape")
    inner = middle(card(page, "Set values"))
    pull(page, inner, (inner[0] + 420, inner[1]))
    said(page, "“Set values” taken out of the loop")
    assert hands.loop_of(hands.copied_flow(page), "Set values") is None
    page.keyboard.press("Control+z")
    assert hands.loop_of(hands.copied_flow(page), "Set values") == "For each"


def test_what_led_to_a_deleted_step_leads_on(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Healing")
    _kind(page, "set_values")
    _kind(page, "answer")
    click(page, card(page, "Set values"))
    page.keyboard.press("Delete")
    assert hands.links(hands.copied_flow(page)) == {("Form", "out", "Answer")}
    box = page.locator("#canvas").bounding_box()
    assert box
    pull(page, (box["x"] + 60, box["y"] + 120), middle(card(page, "Answer"), dx=20, dy=10))
    said(page, "2 selected")
    page.keyboard.press("Control+d")
    said(page, "2 steps duplicated")
    assert len(hands.copied_flow(page)["nodes"]) == 4


def test_a_link_is_led_elsewhere_and_cut(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Relinking")
    _kind(page, "set_values")
    _kind(page, "answer")
    way_in = middle(card(page, "Answer").locator(".in-p"))
    pull(page, way_in, middle(card(page, "Form")))
    said(page, "begins the flow")
    answer = middle(card(page, "Answer"))
    pull(page, answer, (answer[0] + 300, answer[1]))
    pull(page, middle(card(page, "Form").locator(".out-p")), middle(card(page, "Answer")))
    said(page, "“Form” leads to “Answer” now")
    page.mouse.click(*hands.on_link(page, 1))
    page.keyboard.press("Delete")
    said(page, "Link cut")
    assert hands.links(hands.copied_flow(page)) == {
        ("Form", "out", "Set values"),
        ("Form", "out", "Answer"),
    }


def test_two_fingers_zoom_and_one_moves_the_view(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "phone", storage_state=ada)
    page = screen.page
    hands.new_agent(screen, "Fingers")
    fingers = Fingers(page)
    expect(page.locator("#world")).to_have_attribute("style", re.compile("transform"))
    fingers.spread((195, 300), (195, 400), 120)
    expect(page.locator("#zoom-level")).not_to_have_text("100 %")
    before = middle(card(page, "Form"))
    fingers.pull((60, 700), (110, 640))
    after = middle(card(page, "Form"))
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (50, -60)
