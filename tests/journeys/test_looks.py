"""Every page, light, dark and on a phone: nothing wrong with policy, console, axe or width."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

AGENT = "/w/harbour-pine/agents/split-a-bill"
PAGES = (
    "/w/harbour-pine/",
    "/w/harbour-pine/examples",
    "/w/harbour-pine/agents",
    "/w/harbour-pine/agents/new",
    AGENT,
    f"{AGENT}/details",
    f"{AGENT}/edit",
    f"{AGENT}/versions",
    f"{AGENT}/publication",
    f"{AGENT}/runs/new",
    "/w/harbour-pine/attention",
    "/w/harbour-pine/runs",
    "/w/harbour-pine/people",
    "/w/harbour-pine/settings",
    "/w/harbour-pine/settings/mail",
    "/w/harbour-pine/outbox",
    "/w/harbour-pine/notices",
    "/w/harbour-pine/audit",
    "/w/harbour-pine/connections",
    "/w/harbour-pine/connections/new",
    "/account",
    "/account/notices",
    "/workspaces/new",
    "/design",
    "/no/such/page",
)


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_right(
    house: House, ada: Path, visit: Callable[..., Visit], look: str
) -> None:
    screen = visit(house, look, storage_state=ada)
    for path in PAGES:
        screen.open(path)
        screen.check()
    _make_a_connection(screen, f"Shop, {look}")
    screen.click("link", "Change", exact=True)
    expect(screen.page).to_have_url(re.compile("/details$"))
    screen.check()


@pytest.mark.parametrize("look", LOOKS)
def test_the_door_is_right(house: House, visit: Callable[..., Visit], look: str) -> None:
    screen = visit(house, look)
    screen.open("/")
    assert "/sign-in" in screen.page.url
    screen.check()


def _make_a_connection(screen: Visit, name: str) -> None:
    screen.open("/w/harbour-pine/connections/new")
    screen.fill("Name", name)
    screen.fill("Hosts it may be sent to", "api.shop.example")
    screen.fill("Access token", "not a real token, but long enough")
    screen.click("button", "Make connection")
    expect(screen.page.get_by_role("heading", name=name, level=1)).to_be_visible()
    screen.check()
