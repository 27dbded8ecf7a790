"""Hands on the canvas: a mouse, fingers and keys that do what people do, and what is seen."""

import json
import re
from time import monotonic
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.journeys.visit import Visit

Point = tuple[float, float]
PULL_MOVES = 12
HOLD_S = 0.5  # pointers.js
TRIES = 5
FELT_MS = 3000
# The browser makes a click of a tap, unless the page has answered the touch.
_FEEL = """() => {
    window.wasTapped = false;
    const felt = event => {
        window.wasTapped ||= event.type === "click" || event.defaultPrevented;
    };
    addEventListener("click", felt, { capture: true, once: true });
    addEventListener("touchend", felt, { once: true });
}"""


def new_agent(screen: Visit, name: str) -> str:
    """An agent of this name, opened on the canvas; its slug."""
    screen.open("/w/harbour-pine/agents/new")
    screen.fill("Name", name)
    screen.click("button", "Go on to its steps")
    screen.page.wait_for_url("**/agents/*/*")
    found = re.search(r"/agents/([^/?]+)", screen.page.url)
    assert found
    open_canvas(screen, found[1])
    return found[1]


def open_canvas(screen: Visit, slug: str) -> None:
    """The canvas of an agent, when it can be used."""
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.open(f"/w/harbour-pine/agents/{slug}/canvas")
    lay_hand_on(screen.page)


def lay_hand_on(page: Page) -> None:
    """Move the mouse a little over a canvas, and wait until it can be worked on."""
    expect(page.locator("html")).to_have_attribute("data-canvas", re.compile("drawn|ready"))
    page.mouse.move(2, 2)
    page.mouse.move(3, 3)
    expect(page.locator("html")).to_have_attribute("data-canvas", "ready")


def card(page: Page, name: str) -> Locator:
    """The card or the loop frame of the step with this name."""
    title = page.locator("b", has_text=re.compile(f"^{re.escape(name)}$"))
    return page.locator(".step, .loop-frame").filter(has=title)


def said(page: Page, words: str) -> None:
    """Wait until the status line says something with these words."""
    expect(page.locator("#canvas-said")).to_contain_text(words)


def middle(thing: Locator, *, dx: float = 0, dy: float = 0) -> Point:
    """The middle of a thing in the window, or a point beside it."""
    expect(thing).to_be_visible()
    if thing.evaluate("thing => thing.matches('[data-kind]')"):  # in a list that scrolls
        thing.scroll_into_view_if_needed()
    thing.element_handle().wait_for_element_state("stable")  # lists slide in on a phone
    box = thing.bounding_box()
    assert box
    return box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy


def on_link(page: Page, number: int) -> Point:
    """A point on a link, counted in the order in which they were made; not on its “+”."""
    x, y = (
        page.locator(".links [data-link] .line")
        .nth(number)
        .evaluate(
            """line => {
            const { x, y } = line.getPointAtLength(line.getTotalLength() / 3)
              .matrixTransform(line.getScreenCTM());
            return [x, y];
        }"""
        )
    )
    return x, y


def click(page: Page, thing: Locator, *, dx: float = 0, dy: float = 0) -> None:
    """Click at a place with the mouse, whatever lies there."""
    page.mouse.click(*middle(thing, dx=dx, dy=dy))


def pull(page: Page, start: Point, end: Point, *, let_go: bool = True) -> None:
    """Drag with the mouse."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 4, start[1] + 4)
    page.mouse.move(*end, steps=PULL_MOVES)
    if let_go:
        page.mouse.up()


def choose(page: Page, words: str) -> None:
    """Type into the choice that has opened and take what is meant."""
    search = page.locator("#find-proposal")
    expect(search).to_be_visible()
    search.press_sequentially(words)
    search.press("Enter")


class Fingers:
    """One or two fingers on a phone, as the browser feels them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp = page.context.new_cdp_session(page)

    def tap(self, thing: Locator) -> None:
        """Touch a thing and let go at once.

        A browser that stands still between the two takes them for a hold and tells the page of no
        tap; then one taps again, as one does on a slow phone.
        """
        for _ in range(TRIES):
            point = middle(thing)
            self.page.evaluate(_FEEL)
            self.page.touchscreen.tap(*point)
            try:
                self.page.wait_for_function("() => window.wasTapped", timeout=FELT_MS)
            except TookTooLong:
                continue
            if not self._menu.is_visible():
                return
            self._dismiss_menu()
        raise AssertionError(f"{TRIES} taps on {thing} were none for the browser")

    def hold(self, thing: Locator) -> None:
        """Touch a thing and wait until its menu comes."""
        self._send("touchStart", middle(thing))
        expect(self._menu).to_be_visible()
        self._send("touchEnd")

    def pull(self, start: Point, end: Point) -> None:
        """Drag one finger. Where the machine let it rest first, that was a hold: once more."""
        for _ in range(TRIES):
            began = monotonic()
            self._send("touchStart", start)
            for at in range(1, PULL_MOVES + 1):
                part = at / PULL_MOVES
                self._send(
                    "touchMove",
                    (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part),
                )
            if monotonic() - began < HOLD_S or not self._menu.is_visible():
                return self._send("touchEnd")
            self._send("touchCancel")
            self._dismiss_menu()
        raise AssertionError(f"{TRIES} times the finger rested")

    def spread(self, one: Point, other: Point, by: float) -> None:
        """Move two fingers away from each other."""
        self._send("touchStart", one, other)
        for at in range(1, PULL_MOVES + 1):
            away = by * at / PULL_MOVES
            self._send("touchMove", (one[0], one[1] - away), (other[0], other[1] + away))
        self._send("touchEnd")

    @property
    def _menu(self) -> Locator:
        return self.page.get_by_role("menu", name="What to do")

    def _dismiss_menu(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self._menu).to_be_hidden()

    def _send(self, kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def copied_flow(page: Page) -> dict[str, Any]:
    """The whole flow as the clipboard gets it: everything selected and copied by key."""
    page.locator("#canvas").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    said(page, "copied")
    flow: dict[str, Any] = json.loads(page.evaluate("navigator.clipboard.readText()"))
    return flow


def links(flow: dict[str, Any]) -> set[tuple[str, str, str]]:
    """(name, way out, name) of every link."""
    names = {step["id"]: step["name"] for step in flow["nodes"]}
    return {
        (names[link["source"]], link["source_port"], names[link["target"]])
        for link in flow["edges"]
    }


def places(flow: dict[str, Any]) -> dict[str, Point]:
    """Where each step stands, by name."""
    return {step["name"]: (step["x"], step["y"]) for step in flow["nodes"]}


def loop_of(flow: dict[str, Any], name: str) -> str | None:
    """The name of the loop that a step is in."""
    names = {step["id"]: step["name"] for step in flow["nodes"]}
    [step] = [step for step in flow["nodes"] if step["name"] == name]
    return names.get(step["parent"])
