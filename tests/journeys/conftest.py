"""One installation and one browser for all journeys."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM
from tests.journeys.house import House
from tests.journeys.visit import Visit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A fresh installation."""
    folder: Path = tmp_path_factory.mktemp("house")
    house = House(folder / "data", folder / "assets")
    yield house
    house.stop()


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Visit]]:
    """Opens screens: `visit("light")`; options go to the browser context."""
    open_visits: list[Visit] = []

    def open_one(look: str = "light", **options: Any) -> Visit:
        open_visits.append(Visit(browser, house.address, look, **options))
        return open_visits[-1]

    yield open_one
    for each in open_visits:
        each.close()
