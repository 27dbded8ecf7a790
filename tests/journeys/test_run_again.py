"""Running again in a real browser: a rehearsal, a failed run continued, many together, compared."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.engine.graph import Graph, Link
from tests.journeys.house import House
from tests.journeys.opening import first_owner, open_house
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.replays.conftest import Shop, booking
from tests.runs.flows import answer, form, http, step

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
PICTURES = os.environ.get("LAMPLIGHT_TEST_PICTURES")


@pytest.fixture(scope="module")
def open_shop() -> Iterator[Shop]:
    """A service that books and charges."""
    shop = Shop()
    with shop.service:
        yield shop


@pytest.fixture(scope="module")
def shop_house(tmp_path_factory: pytest.TempPathFactory, open_shop: Shop) -> Iterator[House]:
    """An installation whose agents may reach the shop."""
    hosts = f"127.0.0.1:{open_shop.service.port}"
    with open_house(tmp_path_factory.mktemp("shop"), hosts=hosts) as house:
        yield house


@pytest.fixture(scope="module")
def owner(
    shop_house: House,
    open_shop: Shop,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Ada's cookies: she has signed up, and has an agent that books and one that loops."""
    cookies = first_owner(shop_house, browser, tmp_path_factory.mktemp("owner"))
    put_agent(shop_house, "Booker", booking(open_shop))
    put_agent(shop_house, "Prices", _prices(open_shop))
    return cookies


def _prices(shop: Shop) -> Graph:
    """Asks for the price of each of four things; one of them is charged, which fails."""
    paths: list[object] = ["chair", "charge", "table", "lamp"]
    fields = {"items": paths, "if_item_fails": "note"}
    call = dict(http("look", f"{shop.url}/{{{{ item }}}}").fields)
    return Graph(
        steps=(
            form("name"),
            step("each", "for_each", fields),  # type: ignore[arg-type]
            step("look", "http_request", call, parent="each0000"),
            answer("Looked"),
        ),
        links=(
            Link(id="link0000", source="start000", source_port="out", target="each0000"),
            Link(id="link0001", source="each0000", source_port="out", target="answer00"),
        ),
    )


def _run(screen: Visit, agent: str, *, button: str, ends: str) -> str:
    screen.open(f"/w/harbour-pine/agents/{agent}/runs/new?draft=yes")
    screen.fill("Name", "Maria")
    screen.click("button", button, exact=True)
    expect(screen.page).to_have_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    expect(screen.page.locator(".badge", has_text=ends).first).to_be_visible()
    return screen.page.url


def _look_at(screen: Visit, name: str, look: str) -> None:
    """Nothing is wrong with the page; keep a picture of it where one is wanted."""
    screen.check()
    if PICTURES:
        screen.page.screenshot(path=Path(PICTURES) / f"{name}_{look}.png", full_page=True)


@pytest.mark.parametrize("look", LOOKS)
def test_a_rehearsal_sends_nothing_and_tells_what_it_would_have(
    shop_house: House, owner: Path, open_shop: Shop, visit: Open, look: str
) -> None:
    screen = visit(shop_house, look, storage_state=owner)
    known = len(open_shop.service.received)
    _run(screen, "booker", button="Rehearse", ends="Done")
    assert len(open_shop.service.received) == known
    expect(screen.page.locator(".story")).to_contain_text("would have sent a POST")
    _look_at(screen, "rehearsed", look)
    screen.click("link", "Rehearse again")
    expect(screen.page.get_by_role("heading", name="Run again", level=1)).to_be_visible()
    _look_at(screen, "again", look)
    screen.click("button", "Rehearse", exact=True)
    expect(screen.page.locator(".badge", has_text="Done").first).to_be_visible()
    assert len(open_shop.service.received) == known


@pytest.mark.parametrize("look", LOOKS)
def test_a_failed_run_goes_on_where_it_failed(
    shop_house: House, owner: Path, open_shop: Shop, visit: Open, look: str
) -> None:
    screen = visit(shop_house, look, storage_state=owner)
    page = screen.page
    open_shop.is_broken = True
    _run(screen, "booker", button="Run", ends="Failed")
    _look_at(screen, "failed", look)
    booked = open_shop.calls("/book")
    open_shop.is_broken = False
    screen.click("link", "Continue from here")
    expect(page.get_by_role("heading", name="Continue from “Charge”", level=1)).to_be_visible()
    expect(page.get_by_text("Already sent, kept")).to_be_visible()
    _look_at(screen, "continue", look)
    screen.click("button", "Continue", exact=True)
    expect(page.locator(".badge", has_text="Done").first).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("Charged 7")
    assert open_shop.calls("/book") == booked
    _look_at(screen, "continued", look)
    screen.click("link", "Compare")
    expect(page.get_by_text("Differs").first).to_be_visible()
    _look_at(screen, "compared", look)


@pytest.mark.parametrize("look", LOOKS)
def test_several_failed_runs_are_continued_together(
    shop_house: House, owner: Path, open_shop: Shop, visit: Open, look: str
) -> None:
    screen = visit(shop_house, look, storage_state=owner)
    page = screen.page
    open_shop.is_broken = True
    for _ in range(2):
        _run(screen, "booker", button="Run", ends="Failed")
    open_shop.is_broken = False
    screen.open("/w/harbour-pine/runs?status=failed")
    for box in page.locator("input[name=run]").all()[:2]:
        box.check()
    _look_at(screen, "ticked", look)
    screen.click("button", "Continue the ticked")
    page.get_by_label("Which version").select_option("draft")
    expect(page.get_by_text("2 at Charge")).to_be_visible()
    _look_at(screen, "together", look)
    screen.click("button", "Continue 2 runs")
    expect(page.get_by_text("2 runs continue.")).to_be_visible()
    screen.check()


@pytest.mark.parametrize("look", LOOKS)
def test_the_items_of_a_loop_are_looked_through(
    shop_house: House, owner: Path, open_shop: Shop, visit: Open, look: str
) -> None:
    screen = visit(shop_house, look, storage_state=owner)
    page = screen.page
    open_shop.is_broken = True
    _run(screen, "prices", button="Run", ends="Done")
    page.locator("summary", has_text="Each").click()
    screen.click("link", "Look through its items")
    expect(page.get_by_text("Item 2 of 4")).to_be_visible()
    page.locator("summary", has_text="Look").last.click()
    _look_at(screen, "items", look)
    screen.click("link", "Next", exact=True)
    expect(page.get_by_text("Item 3 of 4")).to_be_visible()
    screen.click("link", "Failed before")
    expect(page.get_by_text("Item 2 of 4")).to_be_visible()
    screen.check()


def test_items_and_ticks_work_without_javascript(
    shop_house: House, owner: Path, open_shop: Shop, visit: Open
) -> None:
    screen = visit(shop_house, storage_state=owner)
    open_shop.is_broken = True
    address = _run(screen, "prices", button="Run", ends="Done")
    failed = _run(screen, "booker", button="Run", ends="Failed")
    plain = visit(shop_house, storage_state=owner, java_script_enabled=False)
    plain.open(f"{address}?item=each0000")
    plain.click("link", "Next", exact=True)
    expect(plain.page.get_by_text("Item 3 of 4")).to_be_visible()
    plain.open("/w/harbour-pine/runs?status=failed")
    plain.page.locator(f"input[name=run][value='{failed.rsplit('/', 1)[1]}']").check()
    plain.click("button", "Continue the ticked")
    expect(plain.page.get_by_role("heading", name="Continue 1 run", level=1)).to_be_visible()
