"""Takes a picture of every state of the canvas: `python -m tests.journeys.canvas_pictures`."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from app.engine.graph import Graph, Link
from app.workspaces.roles import Role
from bench import canvas_flows
from tests.chromium import chromium
from tests.journeys import hands, stories
from tests.journeys.hands import card, click, middle, pull, said
from tests.journeys.house import PROJECT, House
from tests.journeys.pictures import versions_of_a_desk
from tests.journeys.seeding import put_agent, put_person
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import LOOKS, Visit
from tests.runs.flows import answer, form, http, step

FOLDER = PROJECT / "docs" / "screens"
SMALL = {"width": 1200, "height": 720}


class Album:
    """Screens of one look; each picture begins at a canvas of its own."""

    def __init__(self, browser: Browser, house: House, look: str, cookies: Any) -> None:
        self.look, self.house = look, house
        self.screen = Visit(browser, house.address, look, storage_state=cookies)
        if look != "phone":
            self.screen.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        self.page: Page = self.screen.page

    def open(self, name: str, graph: Graph) -> Page:
        """A canvas with this flow; its agent has this name and the look's."""
        path = put_agent(self.house, f"{name} {self.look}", graph)
        hands.open_canvas(self.screen, path.rpartition("/")[2])
        return self.page

    def keep(self, state: str) -> None:
        """What the screen shows now, as `canvas_<state>_<look>.png`."""
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=FOLDER / f"canvas_{state}_{self.look}.png")


def take() -> None:
    """Every state in light; those that look different otherwise in dark and on a phone, too."""
    FOLDER.mkdir(exist_ok=True)
    with SlowService() as service, _house(service) as house, chromium() as browser:
        ada = Visit(browser, house.address, "light")
        stories.sign_up(ada, house.sign_up_address)
        cookies: Any = ada.context.storage_state()
        ben = put_person(house, "Ben Pine", Role.BUILDER)
        versions = versions_of_a_desk(house, ada)
        for look in LOOKS:
            album = Album(browser, house, look, cookies)
            for state in (
                STATES if look == "light" else (_empty, _selected, _panel, _runs, _rehearsed)
            ):
                state(album, service)
            album.screen.close()
        light = Album(browser, house, "light", cookies)
        _other_person(browser, light, ben)
        light.screen.open(f"{versions}/draft/flow")
        light.page.locator(".mark").first.wait_for()
        light.keep("diff")
        light.screen.open(f"{versions}/1/flow?with=none")
        light.page.locator(".step").first.wait_for()
        light.keep("old_version")


def _empty(album: Album, _: SlowService) -> None:
    album.open("Empty", Graph.empty())
    album.keep("empty")


def _selected(album: Album, _: SlowService) -> None:
    page = album.open("Five steps", canvas_flows.five_steps())
    album.keep("five_steps")
    if album.look == "phone":
        page.get_by_role("button", name="Add step").click()
        expect(page.locator("#find-kind")).to_be_visible()
        album.keep("palette")
        return
    one = card(page, "Ask the price")
    pull(page, middle(one), middle(one, dx=122, dy=3), let_go=False)
    album.keep("guides")
    page.mouse.up()
    click(page, page.locator("#canvas"), dx=330, dy=-250)
    page.locator("#canvas").focus()
    page.keyboard.press("Control+a")
    album.keep("selected")


def _panel(album: Album, _: SlowService) -> None:
    page = album.open("Panel", canvas_flows.five_steps())
    click(page, card(page, "Values"))
    expect(page.locator("#panel-title")).to_be_visible()
    album.keep("settings")
    page.locator("#panel .tabs").get_by_role("link", name="Try").click()
    page.locator("#panel").get_by_role("button", name="Try it").click()
    expect(page.locator("#result .badge").first).to_be_visible()
    album.keep("tried")


def _runs(album: Album, service: SlowService) -> None:
    page = album.open("Running", _loop(f"http://{service.host}/stock"))
    service.hold()
    page.get_by_role("link", name="Try it").click()
    asked = page.get_by_role("dialog", name="Run Running")
    asked.get_by_label("Names").fill("Olga, Ben, Cleo")
    album.keep("run_asked")
    asked.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".step.running").first).to_be_visible()
    album.keep("running")
    service.let_go()
    bar = page.get_by_role("group", name="Run", exact=True)
    expect(bar).to_contain_text("Done")
    album.keep("done")


def _rehearsed(album: Album, service: SlowService) -> None:
    page = album.open("Stock list", _with_mail(f"http://{service.host}/stock"))
    page.get_by_role("button", name="Rehearse", exact=True).click()
    asked = page.get_by_role("dialog", name="Rehearse")
    asked.get_by_label("Names").fill("Olga, Ben, Cleo")
    album.keep("rehearsal_asked")
    asked.get_by_role("button", name="Rehearse", exact=True).click()
    bar = page.get_by_role("group", name="Run", exact=True)
    expect(bar).to_contain_text("Rehearsal done")
    click(page, card(page, "Tell"))
    expect(page.locator("#panel")).to_contain_text("stock@harbour.example")
    if album.look != "phone":
        page.locator("[data-zoom=fit]").click()
    album.keep("rehearsed")
    page.locator("#panel").get_by_role("link", name="Close").click()
    expect(page.locator("#panel")).to_have_count(0)
    bar.get_by_role("button", name="Take the run off the canvas").click()
    expect(bar).to_be_hidden()
    page.locator("#past-runs summary").click()
    expect(page.locator("#past-runs [data-past]")).to_be_visible()
    album.keep("past_runs")
    page.locator("#past-runs [data-past]").click()
    expect(bar).to_contain_text("Rehearsal done")
    page.locator("#canvas").focus()
    album.keep("past_run")


def _failed(album: Album, _: SlowService) -> None:
    page = album.open("Failed", _loop("http://127.0.0.1:9/nobody"))
    page.get_by_role("link", name="Try it").click()
    asked = page.get_by_role("dialog", name="Run Failed")
    asked.get_by_label("Names").fill("Olga, Ben")
    asked.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("group", name="Run", exact=True)).to_contain_text("Failed")
    album.keep("failed")


def _problems(album: Album, _: SlowService) -> None:
    page = album.open("Problems", canvas_flows.five_steps())
    page.locator("#kinds [data-kind=send_email]").click()
    said(page, "added")
    expect(page.locator("#problems summary")).to_contain_text("problem")
    page.locator("#problems summary").click()
    album.keep("problems")


def _around(album: Album, _: SlowService) -> None:
    page = album.open("Keys", canvas_flows.five_steps())
    page.locator("#canvas").focus()
    page.keyboard.press("?")
    album.keep("help")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    said(page, "id")
    album.keep("tidied")
    album.screen.context.set_offline(True)
    page.locator("#kinds [data-kind=wait]").click()
    expect(page.locator("#saved[data-state=offline]")).to_be_visible()
    page.screenshot(path=FOLDER / f"canvas_offline_{album.look}.png")
    album.screen.context.set_offline(False)


def _large(album: Album, _: SlowService) -> None:
    page = album.open("Large", canvas_flows.large(200))
    album.keep("large")
    page.locator("[data-zoom=fit]").click()
    album.keep("large_all")


STATES: tuple[Callable[[Album, SlowService], None], ...] = (
    _empty, _selected, _panel, _runs, _rehearsed, _failed, _problems, _around, _large,
)  # fmt: skip


def _other_person(browser: Browser, album: Album, email: str) -> None:
    """Ben beside Ada, and then both of them at the same."""
    his = Visit(browser, album.house.address, "light")
    stories.sign_in(his, email)
    page = album.open("Together", canvas_flows.five_steps())
    hands.open_canvas(his, page.url.split("/")[-2])
    click(his.page, card(his.page, "Say it"))
    expect(card(page, "Say it").locator(".looks")).to_have_text("BP")
    album.keep("together")
    album.screen.context.set_offline(True)
    click(page, card(page, "Ask the price"))
    page.keyboard.press("Delete")
    expect(page.locator("#saved[data-state=offline]")).to_be_visible()
    click(his.page, card(his.page, "Ask the price"))
    with his.page.expect_response("**/draft"):
        his.page.keyboard.press("d")
    album.screen.context.set_offline(False)
    expect(page.get_by_role("dialog", name="You both changed the same")).to_be_visible()
    album.keep("conflict")
    his.close()


def _loop(address: str) -> Graph:
    """Asks for names, asks a service about each of them, and answers."""
    cut = {"text": "{{ trigger.names }}", "by": "mark", "mark": ",", "trim": True}
    steps = (
        replace(form("names"), x=24, y=0),
        step("cut", "split_text", cut, x=24, y=96),
        step("each", "for_each", {"items": "{{ steps.cut.items }}"}, x=0, y=200),
        replace(http("stock", address), parent="each0000", x=24, y=244),
        replace(answer("Asked for {{ steps.each.count }}"), x=24, y=400),
    )
    row = [one.id for one in steps if one.parent is None]
    links = tuple(
        Link(f"link{number:04d}", one, "out", row[number + 1])
        for number, one in enumerate(row[:-1])
    )
    return Graph(steps=steps, links=links)


def _with_mail(address: str) -> Graph:
    """The same, with a letter before its answer."""
    graph = _loop(address)
    *others, last = graph.steps
    fields = {"to": "stock@harbour.example", "subject": "Asked for {{ steps.each.count }}"}
    mail = step("tell", "send_email", {**fields, "text": "See the list."}, x=24, y=400)
    links = (*graph.links[:-1], replace(graph.links[-1], target=mail.id))
    onward = Link("link0009", mail.id, "out", last.id)
    return Graph(steps=(*others, mail, replace(last, y=496)), links=(*links, onward))


@contextmanager
def _house(service: SlowService) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        house = House(place / "data", place / "assets", private_hosts=service.host)
        try:
            yield house
        finally:
            house.stop()


if __name__ == "__main__":
    take()
