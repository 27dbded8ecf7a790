"""One installation and one browser for all journeys."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import Visit


@pytest.fixture
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that nobody has an account in."""
    folder: Path = tmp_path_factory.mktemp("house")
    house = House(folder / "data", folder / "assets")
    yield house
    house.stop()


@pytest.fixture(scope="session")
def slow_service() -> Iterator[SlowService]:
    """A web service that answers when the test says so."""
    with SlowService() as service:
        yield service


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, slow_service: SlowService) -> Iterator[House]:
    """An installation that agents may reach the slow service from."""
    folder: Path = tmp_path_factory.mktemp("house")
    house = House(folder / "data", folder / "assets", private_hosts=slow_service.host)
    yield house
    house.stop()


@pytest.fixture(scope="session")
def ada(house: House, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's cookies: she has signed up and added the example that splits a bill."""
    cookies = tmp_path_factory.mktemp("cookies") / "ada.json"
    screen = Visit(browser, house.address, "light")
    stories.sign_up(screen, house.sign_up_address)
    stories.use_example(screen, "Split a bill")
    screen.context.storage_state(path=cookies)
    screen.close()
    return cookies


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens screens: `visit(house, "light")`; options go to the browser context."""
    open_visits: list[Visit] = []

    def open_one(house: House, look: str = "light", **options: Any) -> Visit:
        open_visits.append(Visit(browser, house.address, look, **options))
        return open_visits[-1]

    yield open_one
    for each in open_visits:
        each.close()
