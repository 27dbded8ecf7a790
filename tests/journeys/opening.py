"""Opening an installation for journeys, and its first owner; fixtures for one near services.

A file whose agents need services on this computer imports `house` and `ada` from here: it then has
an installation of its own, which nothing that other files do can disturb.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.visit import Visit

THIS_COMPUTER = "127.0.0.1"


@contextmanager
def open_house(folder: Path, *, hosts: str = "") -> Iterator[House]:
    """An installation that nobody has an account in; its agents may reach these private hosts."""
    house = House(folder / "data", folder / "assets", private_hosts=hosts)
    try:
        yield house
    finally:
        house.stop()


def first_owner(
    house: House,
    browser: Browser,
    folder: Path,
    *,
    then: Callable[[Visit], object] = lambda _screen: None,
) -> Path:
    """Ada's cookies, in a file: she has signed up, and done what `then` does."""
    cookies = folder / "ada.json"
    screen = Visit(browser, house.address, "light")
    stories.sign_up(screen, house.sign_up_address)
    then(screen)
    screen.context.storage_state(path=cookies)
    screen.close()
    return cookies


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation whose agents may reach this computer."""
    with open_house(tmp_path_factory.mktemp("near"), hosts=THIS_COMPUTER) as house:
        yield house


@pytest.fixture(scope="module")
def ada(house: House, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's cookies: she has signed up there."""
    return first_owner(house, browser, tmp_path_factory.mktemp("owner"))
