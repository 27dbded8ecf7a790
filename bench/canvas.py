"""The editor in Chromium: what its page weighs, and what it costs the browser to use it.

`.venv/bin/python -m bench.canvas` prints these figures alone.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app import database
from app.agents import creation
from app.engine.graph import Graph
from app.factory import create_app
from app.settings import Settings
from bench import canvas_flows, table
from bench.canvas_screen import Screen
from bench.flows import running_house
from bench.house import valkey_address
from bench.pages import cookie_of_ben
from bench.slow_service import SlowService
from tests.cast import Cast, assemble
from tests.chromium import chromium

HOME = "/w/harbour-pine/"
COLD_OPENINGS = 5
WARM_UPS = 2  # then the browser has kept the scripts and what it made of them
OPENINGS = 5
ROUNDS = 3
OWN = ("/js/editor.js", "/js/working.js")
MOVES = 40
FLOWS = {"5": canvas_flows.five_steps(), "6": canvas_flows.large(6)} | {
    str(count): canvas_flows.large(count) for count in (200, 1_000)
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A browser, and the house whose canvases it opens as Ben."""

    browser: Browser
    address: str
    cookie: str

    @contextmanager
    def screen(self) -> Iterator[Screen]:
        """A window of a person who has not been here before."""
        screen = Screen(self.browser, self.address, self.cookie)
        yield screen
        screen.close()


def measure(data: Path) -> dict[str, float]:
    """Bytes and requests of the page; ms (wall, CPU of the main thread, of the whole browser)."""
    with SlowService() as service, running_house(data, service) as (house, session):
        cast = assemble(session)
        for name, graph in FLOWS.items():
            _put(session, cast, f"Flow {name}", graph)
        with chromium() as browser:
            stage = Stage(browser, house.address(), _cookie(data, session))
            figures = _cold(stage)
            return figures | _opened(stage) | _worked(stage)


def _cold(stage: Stage) -> dict[str, float]:
    """The flow of five steps, in a browser that has loaded nothing yet."""
    found = []
    for _ in range(COLD_OPENINGS):
        with stage.screen() as screen:
            found.append(screen.first_look(_canvas("5")))
    weight = found[0]
    return {
        "canvas_page_bytes": float(sum(weight.scripts.values()) + sum(weight.styles.values())),
        "canvas_own_js_bytes": float(
            sum(weight.scripts[name] for name in weight.scripts if name.endswith(OWN))
        ),
        "canvas_requests": float(weight.requests),
        "canvas_cold_s": median(one.wall_s for one in found),
        "canvas_cold_browser_cpu_s": median(one.browser_cpu_s for one in found),
    }


def _opened(stage: Stage) -> dict[str, float]:
    """The page of three flows, by somebody who has its scripts already."""
    figures = {}
    with stage.screen() as screen:
        for name in ("6", "200", "1000"):
            spent = [screen.opened_cpu_ms(_canvas(name)) for _ in range(WARM_UPS + OPENINGS)]
            figures[f"canvas_open_{name}_cpu_ms"] = median(spent[WARM_UPS:])
    for name in ("200", "1000"):
        more = figures[f"canvas_open_{name}_cpu_ms"] - figures["canvas_open_6_cpu_ms"]
        figures[f"canvas_draw_{name}_cpu_ms"] = more
    return figures


def _worked(stage: Stage) -> dict[str, float]:
    """What people do on large flows: the camera stands where it opened, then shows everything."""
    with stage.screen() as screen:
        screen.take(_canvas("200"))
        figures = {
            "canvas_drag_200_cpu_ms": _drag(screen),
            "canvas_panel_browser_cpu_ms": _each(
                screen, screen.open_panel, 1, before=screen.close_panel
            ),
        }
        screen.close_panel()
        figures["canvas_fit_200_cpu_ms"] = _fit(screen)
        figures["canvas_drag_all_200_cpu_ms"] = _drag(screen)
        screen.take(_canvas("1000"))
        figures["canvas_pan_1000_cpu_ms"] = _each(screen, screen.pan, MOVES)
        figures["canvas_drag_1000_cpu_ms"] = _drag(screen)
        figures["canvas_fit_1000_cpu_ms"] = _fit(screen)
    return figures


def _drag(screen: Screen) -> float:
    return _each(screen, screen.carry, MOVES, before=screen.hold, after=screen.let_go)


def _fit(screen: Screen) -> float:
    return _each(screen, screen.fit, 1, before=screen.look_closely)


def _each(
    screen: Screen,
    act: Callable[[int], None],
    times: int,
    *,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> float:
    """CPU ms of the main thread for one of the moves that `act(times)` makes."""
    spent = []
    for _ in range(ROUNDS):
        before()
        spent.append(screen.cpu_ms(lambda: act(times)) / times)
        after()
    return median(spent)


def _canvas(name: str) -> str:
    return f"{HOME}agents/flow-{name}/canvas"


def _put(session: Session, cast: Cast, name: str, graph: Graph) -> None:
    with database.writing(session):
        creation.create(session, cast.harbour, by=cast.ben, name=name, graph=graph)


def _cookie(data: Path, session: Session) -> str:
    settings = Settings.from_environment(
        {"LAMPLIGHT_DATA": str(data), "REDIS_URL": valkey_address(data)}
    )
    return cookie_of_ben(create_app(settings), session, HOME)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ll-canvas-") as folder:
        print(table.rows(measure(Path(folder) / "data")))
