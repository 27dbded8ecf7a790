"""The canvas around its gestures: the clipboard, tidying up, letters, and who may only look."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import hands
from tests.journeys.hands import card, click, middle, pull, said
from tests.journeys.house import House
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]


def _kind(page: Page, type_: str) -> None:
    page.locator(f"#kinds [data-kind={type_}]").click()


def test_steps_travel_as_text_and_rubbish_does_not(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    hands.new_agent(screen, "Giver")
    _kind(page, "set_values")
    keys.press("Control+c")
    said(page, "“Set values” copied")
    hands.new_agent(screen, "Taker")
    page.locator("#canvas").focus()
    keys.press("Control+v")
    said(page, "“Set values” pasted")
    before = hands.copied_flow(page)
    deep = json.dumps({"kind": "lamplight-steps", "nodes": [{"id": "__proto__"}]})
    for rubbish in ("hello", deep, '{"__proto__": {"editable": 1}}', "x" * 3_000_000):
        page.evaluate("text => navigator.clipboard.writeText(text)", rubbish)
        page.locator("#canvas").focus()
        keys.press("Control+v")
        said(page, "pasted")
        assert len(hands.copied_flow(page)["nodes"]) == len(before["nodes"])


def test_tidying_up_is_one_entry_and_notes_stay(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    hands.new_agent(screen, "Untidy")
    _kind(page, "if")
    _kind(page, "answer")
    keys.press("n")
    keys.type("Stays")
    keys.press("Escape")
    keys.press("Escape")
    pull(page, middle(card(page, "Answer")), middle(card(page, "Form"), dx=90, dy=10))
    before = hands.copied_flow(page)
    keys.press("t")
    said(page, "Tidied up")
    after = hands.copied_flow(page)
    assert hands.places(after) != hands.places(before)
    assert after["notes"] == before["notes"]
    keys.press("Control+z")
    assert hands.places(hands.copied_flow(page)) == hands.places(before)


def test_a_heap_opens_tidied_and_nothing_is_saved(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    slug = hands.new_agent(screen, "Heaped")
    with page.expect_response("**/draft"):
        _kind(page, "set_values")
    with page.expect_response("**/draft"):
        pull(page, middle(card(page, "Set values")), middle(card(page, "Form")))
    said(page, "“Set values” moved")
    heaped = hands.places(hands.copied_flow(page))
    assert heaped["Set values"] == heaped["Form"]
    with page.expect_response(lambda answer: "dagre" in answer.url):
        hands.open_canvas(screen, slug)
    expect(page.locator(".step")).to_have_count(2)
    page.wait_for_function(
        """() => { const [one, other] = [...document.querySelectorAll(".step")]
          .map((card) => card.getBoundingClientRect().top); return one !== other; }"""
    )
    tidy = hands.places(hands.copied_flow(page))
    assert tidy["Set values"][1] > tidy["Form"][1] + 54
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    keys.press("Escape")
    screen.open(f"/w/harbour-pine/agents/{slug}/canvas")
    stored = json.loads(page.locator("#flow").text_content() or "")["graph"]
    assert hands.places(stored) == heaped


def test_who_may_not_change_it_can_look(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    slug = hands.new_agent(screen, "Put by")
    screen.open(f"/w/harbour-pine/agents/{slug}")
    page.locator("summary[aria-label^='More for']").click()
    page.get_by_role("button", name="Put away").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Put away").click()
    expect(page.get_by_role("button", name="Bring it back")).to_be_visible()
    hands.open_canvas(screen, slug)
    before = middle(card(page, "Form"))
    pull(page, before, (before[0] + 80, before[1] + 40))  # moves the view
    after = middle(card(page, "Form"))
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (80, 40)
    click(page, card(page, "Form"))
    keys.press("Delete")
    keys.press("Control+v")
    expect(card(page, "Form")).to_have_count(1)
    expect(page.locator("#palette")).to_have_count(0)


def test_letters_are_letters_while_one_types(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page, keys = screen.page, screen.page.keyboard
    hands.new_agent(screen, "Letters")
    page.locator("#find-kind").click()
    keys.type("cdgnt0?")
    expect(page.locator("#find-kind")).to_have_value("cdgnt0?")
    expect(page.locator(".sticky")).to_have_count(0)
    page.locator("#canvas").focus()
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys and gestures")).to_be_visible()
    screen.check()
