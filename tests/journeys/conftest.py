"""One installation and one browser for all journeys."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.opening import first_owner, open_house
from tests.journeys.slow_service import SlowService
from tests.journeys.visit import Visit


@pytest.fixture
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that nobody has an account in."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="session")
def slow_service() -> Iterator[SlowService]:
    """A web service that answers when the test says so."""
    with SlowService() as service:
        yield service


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, slow_service: SlowService) -> Iterator[House]:
    """An installation that agents may reach the slow service from."""
    with open_house(tmp_path_factory.mktemp("house"), hosts=slow_service.host) as house:
        yield house


@pytest.fixture(scope="session")
def ada(house: House, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's cookies: she has signed up and added the example that splits a bill."""
    folder = tmp_path_factory.mktemp("cookies")
    splits = partial(stories.use_example, name="Split a bill")
    return first_owner(house, browser, folder, then=splits)


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
