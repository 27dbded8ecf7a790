"""An answer grows before two readers, is stopped in the middle; names and files in the composer."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.workspaces.roles import Role
from tests.chats.providers import KEY, Speaker
from tests.journeys import seeding, stories
from tests.journeys.house import House
from tests.journeys.visit import Visit
from tests.loopback import Loopback
from tests.runs.flows import answer, in_a_row, step

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
PIECES = ["The parts", " come on ", "Friday: ", "**two** lamps", ", one chair."]
PICTURES = os.environ.get("LAMPLIGHT_CHAT_PICTURES")  # a folder, to look at what was seen
WAIT_MS = 60_000


def test_an_answer_grows_and_is_stopped(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    cleo_address = seeding.put_person(new_house, "Cleo", Role.VIEWER)
    ask = step("ask", "ask_model", {"question": "{{ trigger.text }}"})
    flow = in_a_row(step("start", "start_chat"), ask, answer("{{ steps.ask.text }}"))
    seeding.put_talker(new_house, "Parts desk", flow)
    speaker = Speaker(PIECES, frozenset({2, 5}))
    with Loopback(speaker) as server:
        _connect(ada, f"{server.url}/v1")
        ada.open("/w/harbour-pine/chats/with/parts-desk")
        _say(ada.page, "When do they come?")
        growing = ada.page.locator(".chat-grows")
        expect(growing).to_have_text("The parts come on ", timeout=WAIT_MS)
        expect(growing).to_have_attribute("aria-live", "off")
        _look(ada, "growing")
        address = ada.page.url.split("#")[0]
        _share(ada.page, "Cleo")
        cleo = visit(new_house, "phone")
        stories.sign_in(cleo, cleo_address)
        cleo.open(address)
        expect(cleo.page.locator(".chat-grows")).to_have_text("The parts come on ")
        ada.open(address)
        plain = visit(
            new_house, "dark", java_script_enabled=False, storage_state=ada.context.storage_state()
        )
        plain.open(address)
        expect(plain.page.locator(".chat-grows")).to_have_text("The parts come on ")
        _look(plain, "growing_dark")
        speaker.go_on()
        for page in (ada.page, cleo.page):
            expect(page.locator(".chat-grows")).to_have_text(
                "The parts come on Friday: **two** lamps, one chair."
            )
        _look(cleo, "growing_phone")
        speaker.go_on()
        for page in (ada.page, cleo.page):
            expect(page.locator(".prose strong", has_text="two")).to_be_visible()
            expect(page.locator(".chat-grows")).to_have_count(0)
        _say(ada.page, "And the table?")
        expect(ada.page.locator(".chat-grows")).to_have_text("The parts come on ", timeout=WAIT_MS)
        ada.page.get_by_role("button", name="Stop", exact=True).click()
        expect(ada.page.get_by_text("Stopped before it had answered")).to_be_visible()
        expect(ada.page.locator(".chat-grows")).to_have_count(0)
        for _ in range(8):
            speaker.go_on()
    assert not ada.wrong
    assert not cleo.wrong


def test_names_and_files_in_the_composer(new_house: House, visit: Open, tmp_path: Path) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    for name in ("Front desk", "Parts"):
        flow = in_a_row(step("start", "start_chat"), answer(f"{name}: {{{{ trigger.text }}}}"))
        seeding.put_talker(new_house, name, flow)
    ada.open("/w/harbour-pine/chats/with/front-desk")
    page = ada.page
    area = page.get_by_role("textbox", name="Message to Front desk")
    area.press_sequentially("@pa")
    listed = page.get_by_role("listbox", name="Agents you can ask here")
    expect(listed.get_by_role("option")).to_have_text(["@PartsParts"])
    _look(ada, "names")
    page.keyboard.press("Enter")
    expect(area).to_have_value("@Parts ")
    expect(listed).to_have_count(0)
    _choose(page, tmp_path, 6)
    expect(page.get_by_text("6 files are chosen, and a message takes 5")).to_be_visible()
    page.get_by_role("button", name="Leave out note5.txt").click()
    expect(page.get_by_text("6 files are chosen")).to_be_hidden()
    _drop(page)
    expect(page.get_by_text("6 files are chosen")).to_be_visible()
    page.get_by_role("button", name="Leave out dropped.txt").click()
    _look(ada, "files")
    area.press_sequentially("which?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Parts: which?").last).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("link", name="note0.txt")).to_be_visible()
    assert not ada.wrong


def _connect(screen: Visit, address: str) -> None:
    screen.open("/w/harbour-pine/settings/models/new")
    screen.click("link", "Another service")
    screen.fill("Address", address)
    screen.fill("Name", "Stub")
    screen.fill("Key", KEY)
    screen.click("button", "Try it and add")
    expect(screen.page.get_by_role("heading", name="Stub", level=1)).to_be_visible()


def _choose(page: Page, folder: Path, count: int) -> None:
    paths = [folder / f"note{number}.txt" for number in range(count)]
    for path in paths:
        path.write_text("Words", "utf-8")
    page.locator("[data-composer] input[type=file]").set_input_files(paths)


def _drop(page: Page) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Words"], "dropped.txt", { type: "text/plain" }));
          const place = document.querySelector(".chat");
          const how = { dataTransfer: data, bubbles: true, cancelable: true };
          place.dispatchEvent(new DragEvent("drop", how));
        }"""
    )


def _say(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Message to").fill(words)
    page.keyboard.press("Enter")


def _share(page: Page, name: str) -> None:
    page.get_by_role("link", name="Share").click()
    page.get_by_label("Share it with").select_option(label=name)
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text(f"{name} can read here now.")).to_be_visible()


def _look(screen: Visit, name: str) -> None:
    if PICTURES:
        screen.page.screenshot(path=Path(PICTURES) / f"{name}.png")
