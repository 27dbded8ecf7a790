"""A person sends pictures in a chat, and sees them: in every look, and without scripts."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.simple_agents import shape
from tests.journeys import seeding, stories
from tests.journeys.house import House
from tests.journeys.visit import Visit
from tests.lib.drawn import bomb, photograph
from tests.runs.flows import answer, in_a_row, step
from tests.runs.house import until

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
PICTURES = os.environ.get("LAMPLIGHT_CHAT_PICTURES")  # a folder, to look at what was seen
WAIT_MS = 60_000


def test_pictures_are_seen_in_the_thread(new_house: House, visit: Open, tmp_path: Path) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    shows = step("shows", "reply_in_chat", {"text": "I see.", "files": "{{ trigger.files }}"})
    flow = in_a_row(step("start", "start_chat"), shows, answer("Thank you."))
    seeding.put_talker(new_house, "Eye", flow)
    ada.open("/w/harbour-pine/chats/with/eye")
    _send(ada.page, tmp_path, {"deck.jpg": photograph(), "bomb.png": bomb()})
    expect(ada.page.get_by_text("Thank you.").last).to_be_visible(timeout=WAIT_MS)
    # Workers draw them, and the open page gets them; what was sent, and what the agent shows.
    expect(_pictures(ada.page)).to_have_count(2, timeout=WAIT_MS)
    for picture in (_pictures(ada.page).first, _pictures(ada.page).last):
        _is_seen(picture)
    too_many = ada.page.get_by_text("This picture has too many points to be shown here.")
    expect(too_many).to_have_count(2, timeout=WAIT_MS)
    with ada.page.expect_download() as download:
        ada.page.get_by_title("Download the whole picture").first.click()
    assert Path(download.value.path()).read_bytes() == photograph()
    ada.check()
    _keep(ada, "pictures_light")
    address = ada.page.url.split("#")[0]
    for look in ("dark", "phone"):
        other = visit(new_house, look, storage_state=ada.context.storage_state())
        other.open(address)
        _opens_at_its_end(other.page)
        other.page.reload()
        _opens_at_its_end(other.page)
        _is_seen(_pictures(other.page).last)
        other.check()
        _keep(other, f"pictures_{look}")
    plain = visit(
        new_house, "phone", java_script_enabled=False, storage_state=ada.context.storage_state()
    )
    plain.open(address)
    _send(plain.page, tmp_path, {"plain.jpg": photograph()})
    sent_name = plain.page.locator("#thread").get_by_text("plain.jpg").first
    expect(sent_name).to_be_visible(timeout=WAIT_MS)
    sent = plain.page.get_by_role("img", name="Picture: plain.jpg")

    def is_there() -> bool:
        plain.page.reload()
        return sent.count() > 0

    until(is_there)
    expect(sent.first).to_be_visible()
    assert not ada.wrong


def test_a_chat_beside_another_page_opens_at_its_end(
    house: House, ada: Path, visit: Open, tmp_path: Path
) -> None:
    address = seeding.put_agent(house, "Beside", shape.first_graph(instructions="Be kind."))
    screen = visit(house, "light", storage_state=ada)
    screen.open(f"{address}/simple")
    names = ("deck.jpg", "one.jpg", "two.jpg")
    _send(screen.page, tmp_path, {name: photograph() for name in names})
    expect(screen.page.locator("#talk").get_by_role("img")).to_have_count(3, timeout=WAIT_MS)
    screen.page.reload()
    _opens_at_its_end(screen.page, "[data-chat-scroll]", "two.jpg")
    assert not screen.wrong


def _pictures(page: Page) -> Locator:
    return page.get_by_role("img", name="Picture: deck.jpg")


def _opens_at_its_end(page: Page, place: str = "html", last: str = "deck.jpg") -> None:
    """Also once its pictures are there, which come when the page stands already."""
    picture = page.get_by_role("img", name=f"Picture: {last}").last
    expect(picture).to_have_js_property("naturalWidth", 240)
    page.wait_for_function(
        """(place) => {
            const all = document.querySelector(place);
            return all.scrollTop > 0 && all.scrollHeight - all.scrollTop - all.clientHeight < 2;
        }""",
        arg=place,
    )


def _is_seen(picture: Locator) -> None:
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 240)


def _send(page: Page, folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    page.locator("[data-composer] input[type=file]").set_input_files(
        [folder / name for name in files]
    )
    page.get_by_role("button", name="Send").click()


def _keep(screen: Visit, name: str) -> None:
    if PICTURES:
        screen.page.screenshot(path=Path(PICTURES) / f"{name}.png")
