"""One window of Chromium with a canvas in it, asked over the DevTools protocol what it costs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

SIZE = {"width": 1440, "height": 900}
EMPTY = "**/empty"
FRAME_MS = 20  # a little more than one, so that each move of the mouse is drawn by itself
WHEEL_PX = 24
LEFT = {"button": "left", "buttons": 1, "clickCount": 1}
# What was drawn is on the screen and everything after it is done, too.
SETTLED = """() => new Promise((done) => {
  const still = () => requestAnimationFrame(() => requestIdleCallback(done, { timeout: 1000 }));
  const root = document.documentElement;
  const look = () => root.dataset.canvas && (seen.disconnect(), still(), true);
  const seen = new MutationObserver(look);
  if (!look()) seen.observe(root, { attributes: true });
})"""
REST_MS = 700  # what was moved is sent within half a second of the last move


@dataclass(slots=True)
class Look:
    """What the first look at a page took."""

    wall_s: float = 0
    browser_cpu_s: float = 0
    requests: int = 0
    scripts: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)


class Screen:
    """A window with an empty cache, signed in by a cookie."""

    def __init__(self, browser: Browser, address: str, cookie: str) -> None:
        self._context = browser.new_context(base_url=address, viewport=SIZE)  # type: ignore[arg-type]
        name, _, value = cookie.partition("=")
        self._context.add_cookies([{"name": name, "value": value, "url": address}])
        self._whole = browser.new_browser_cdp_session()
        self._held = (0.0, 0.0)
        self.new_tab()

    def new_tab(self) -> None:
        """Go on in another tab."""
        self.page = self._context.new_page()
        self._cdp = self._context.new_cdp_session(self.page)
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def close(self) -> None:
        """Leave; nothing of it stays."""
        self._context.close()

    def open(self, path: str) -> None:
        """Go to a canvas and wait until all of it is there."""
        self.page.goto(path, wait_until="domcontentloaded")
        self.page.evaluate(SETTLED)

    def take(self, path: str) -> None:
        """Go to a canvas to work on it: what hands need comes once one is there."""
        self.open(path)
        self.page.mouse.move(2, 2)
        self.page.mouse.move(3, 3)
        self.page.locator("html[data-canvas=ready]").wait_for()
        self.page.wait_for_timeout(REST_MS)

    def opened_cpu_ms(self, path: str) -> float:
        """CPU of the main thread of a new tab, until a canvas is there and rests."""
        self.page.close()
        self.new_tab()  # its first page gets a process of its own, which counts from zero
        self.open(path)
        self.page.wait_for_timeout(REST_MS)
        return self._main_thread_s() * 1000

    def first_look(self, path: str) -> Look:
        """Open a canvas with an empty cache: s until it can be used, CPU s of all processes."""
        # what a new process takes to start is not the page's: an empty one stands here before
        self.page.route(EMPTY, lambda route: route.fulfill(body="", content_type="text/html"))
        self.page.goto("/empty")
        self.page.unroute(EMPTY)
        self.page.wait_for_timeout(REST_MS)
        look, answers = Look(), list[Response]()
        self.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # it marks what it is given
        before, began = self._browser_cpu_s(), time.perf_counter()
        self.open(path)
        look.wall_s = time.perf_counter() - began
        self.page.wait_for_timeout(REST_MS)
        look.browser_cpu_s = self._browser_cpu_s() - before
        look.requests = len(answers)
        for answer in answers:
            name = urlsplit(answer.url).path
            of = {".js": look.scripts, ".css": look.styles}.get(name[name.rfind(".") :], {})
            of[name] = answer.request.sizes()["responseBodySize"]
        return look

    def cpu_ms(self, act: Callable[[], object]) -> float:
        """CPU of the page's main thread while it does this, and until it rests again."""
        before = self._main_thread_s()
        act()
        self.page.wait_for_timeout(REST_MS)
        return (self._main_thread_s() - before) * 1000

    def pan(self, times: int) -> None:
        """Turn the wheel to and fro over the ground."""
        x, y = SIZE["width"] / 2, SIZE["height"] / 2
        for number in range(times):
            self._mouse(
                "mouseWheel", x, y, deltaX=0, deltaY=WHEEL_PX * _there_and_back(number, times)
            )

    def look_closely(self) -> None:
        """Back to the beginning of the flow, at full size."""
        self.page.mouse.move(SIZE["width"] / 2, SIZE["height"] / 2)
        self.page.keyboard.down("Control")
        self.page.mouse.wheel(0, -1000)
        self.page.mouse.wheel(0, -1000)
        self.page.keyboard.up("Control")
        self.page.wait_for_timeout(REST_MS)

    def fit(self, _: int) -> None:
        """Show the whole flow."""
        self.page.locator("[data-zoom=fit]").click()

    def hold(self) -> None:
        """Take the step nearest to the middle and begin to drag it."""
        self._held = self._middle_of_a_step()
        self._mouse("mouseMoved", *self._held)
        self._mouse("mousePressed", *self._held, **LEFT)
        self.carry(2)
        self.page.locator(".canvas.busy").wait_for()
        self.page.locator(".step.selected").wait_for()

    def carry(self, times: int) -> None:
        """Move what is held to and fro."""
        x, y = self._held
        for number in range(times):
            x += 6 * _there_and_back(number, times)
            y += 3 * _there_and_back(number, times)
            self._mouse("mouseMoved", x, y, **LEFT)
        self._held = (x, y)

    def let_go(self) -> None:
        """Drop it, and wait until that is saved."""
        self._mouse("mouseReleased", *self._held, **LEFT)
        self.page.wait_for_timeout(REST_MS)

    def open_panel(self, _: int) -> None:
        """Click on a step."""
        self.page.mouse.click(*self._middle_of_a_step())
        self.page.locator("#panel form").first.wait_for()

    def close_panel(self) -> None:
        """Close it, if it is open."""
        for closing in self.page.locator("[data-panel-close]").all():
            closing.click()

    def _mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        """As the page's own mouse does, without what Playwright looks at on the way."""
        self._cdp.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})
        self.page.wait_for_timeout(FRAME_MS)

    def _middle_of_a_step(self) -> tuple[float, float]:
        """Of the one that is nearest to the middle of the canvas."""
        x, y = self.page.evaluate("""() => {
          const box = document.getElementById("canvas").getBoundingClientRect();
          const [mx, my] = [box.left + box.width / 2, box.top + box.height / 2];
          const middles = [...document.querySelectorAll(".step")].map((card) => {
            const { left, top, width, height } = card.getBoundingClientRect();
            return [left + width / 2, top + height / 2];
          });
          const away = ([x, y]) => Math.hypot(x - mx, y - my);
          return middles.sort((a, b) => away(a) - away(b))[0];
        }""")
        return x, y

    def _main_thread_s(self) -> float:
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        return float({one["name"]: one["value"] for one in metrics}["TaskDuration"])

    def _browser_cpu_s(self) -> float:
        processes = self._whole.send("SystemInfo.getProcessInfo")["processInfo"]
        return float(sum(one["cpuTime"] for one in processes))


def _there_and_back(number: int, times: int) -> int:
    return 1 if number < times / 2 else -1
