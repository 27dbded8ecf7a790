"""A person talks to the example agent and shares the chat, in a real browser and every look."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.engine.graph import Graph, Link
from app.engine.values import Json
from app.workspaces.roles import Role
from tests.journeys import seeding, stories
from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit
from tests.runs.flows import answer, step

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
QUESTION = "When are you open on Saturday?"
PICTURES = os.environ.get("LAMPLIGHT_CHAT_PICTURES")  # a folder, to look at what was seen


def test_talking_to_the_example_and_sharing_it(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light", bypass_csp=True)
    stories.sign_up(ada, new_house.sign_up_address)
    cleo_address = seeding.put_person(new_house, "Cleo", Role.VIEWER)
    page = ada.page
    _add_example(ada)
    _look(ada, "begin")
    ada.click("button", QUESTION)
    expect(page.get_by_text("Saturday from 10:00 to 14:00").last).to_be_visible()
    expect(page.get_by_text("See what it did")).to_be_visible()
    _say(page, "Can I return **a used** lamp?")
    expect(page.get_by_text("See what it did")).to_have_count(2)
    expect(page.get_by_role("textbox", name="Message to")).to_be_focused()
    address = page.url.split("#")[0]
    _look(ada, "thread")
    page.get_by_role("button", name="Good answer").last.click()
    expect(page.get_by_role("button", name="Good answer").last).to_have_attribute(
        "aria-pressed", "true"
    )
    _share(ada, "Cleo")
    cookies = ada.context.storage_state()
    for look in LOOKS:
        screen = visit(new_house, look, bypass_csp=True, storage_state=cookies)
        for name, path in (("list", "/w/harbour-pine/chats"), ("one", address)):
            screen.open(path)
            expect(screen.page.get_by_role("heading", level=1)).to_be_visible()
            _look(screen, f"{name}_{look}")
    cleo = visit(new_house, "phone")
    stories.sign_in(cleo, cleo_address)
    cleo.open(address)
    expect(cleo.page.get_by_text("You read along here")).to_be_visible()
    expect(cleo.page.get_by_text(QUESTION).last).to_be_visible()
    expect(cleo.page.get_by_role("textbox", name="Message to")).to_have_count(0)
    assert not cleo.wrong


def test_without_scripts_and_under_the_policy(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    _add_example(ada)
    start = ada.page.url
    assert not ada.wrong
    plain = visit(
        new_house, "light", java_script_enabled=False, storage_state=ada.context.storage_state()
    )
    plain.open(start)
    plain.page.get_by_role("textbox", name="Message to").fill(QUESTION)
    plain.click("button", "Send", exact=True)
    expect(plain.page.get_by_role("heading", level=1, name=QUESTION)).to_be_visible()
    ada.open(plain.page.url)
    expect(ada.page.get_by_text("See what it did")).to_be_visible()
    assert not ada.wrong
    plain.page.reload()
    expect(plain.page.get_by_text("See what it did")).to_be_visible()


def test_a_question_and_a_failure_inside_the_thread(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light", bypass_csp=True)
    stories.sign_up(ada, new_house.sign_up_address)
    seeding.put_talker(new_house, "Refund desk", _asks_first())
    ada.open("/w/harbour-pine/chats/with/refund-desk")
    _say(ada.page, "Refund 84 euros")
    expect(ada.page.get_by_role("heading", name="Send the refund?")).to_be_visible()
    cookies = ada.context.storage_state()
    for look in ("dark", "phone"):
        screen = visit(new_house, look, bypass_csp=True, storage_state=cookies)
        screen.open(ada.page.url)
        expect(screen.page.get_by_role("heading", name="Send the refund?")).to_be_visible()
        _look(screen, f"question_{look}")
    _look(ada, "question")
    ada.page.get_by_role("button", name="Refuse").click()
    expect(ada.page.get_by_text("This did not work.")).to_be_visible()
    expect(ada.page.get_by_text("Nobody agreed.")).to_be_visible()
    expect(ada.page.locator(".chat-list .lamp-dot")).to_have_count(0)
    _look(ada, "failed")


def _asks_first() -> Graph:
    """Asks for a yes; a no ends it as failed."""
    asked: dict[str, Json] = {
        "title": "Send the refund?",
        "values": [{"name": "What for", "value": "{{ trigger.text }}"}],
    }
    links = (
        Link(id="link0001", source="start000", source_port="out", target="ask00000"),
        Link(id="link0002", source="ask00000", source_port="approved", target="answer00"),
        Link(id="link0003", source="ask00000", source_port="refused", target="stop0000"),
    )
    steps = (
        step("start", "start_chat"),
        step("ask", "ask_person", asked),
        answer("It is sent."),
        step("stop", "stop_with_error", {"sentence": "Nobody agreed."}),
    )
    return Graph(steps=steps, links=links)


def _add_example(screen: Visit) -> None:
    screen.open("/w/harbour-pine/examples")
    row = screen.page.locator("form", has=screen.page.locator('[value="ask-the-front-desk"]'))
    row.get_by_role("button").click()
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Ask the front desk")


def _say(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Message to").fill(words)
    page.keyboard.press("Enter")


def _share(screen: Visit, name: str) -> None:
    page = screen.page
    page.get_by_role("link", name="Share").click()
    page.get_by_label("Share it with").select_option(label=name)
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text(f"{name} can read here now.")).to_be_visible()
    _look(screen, "details")


def _look(screen: Visit, name: str) -> None:
    screen.check()
    if PICTURES:
        screen.page.screenshot(path=Path(PICTURES) / f"{name}.png")
