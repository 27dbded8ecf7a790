"""Names that look like code or turn the line around are shown as the text they are, everywhere."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.engine.graph import Graph, Link, Step
from tests.journeys.hands import lay_hand_on
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
TAG = "</script><img src=x onerror=document.title='caught'>"
QUOTES = "\"Ada's\" & 'Ben`s' {{ steps }}"
PROTO = "__proto__"
TURNED = "\u202eright to left\u202c \u200f\u05e9\u05dc\u05d5\u05dd"
NAMES = (TAG, QUOTES, PROTO, TURNED)


def _flow() -> Graph:
    start = Step("start001", "start_form", "start", "Begin")
    odd = [
        Step(f"odd{n:05}", "wait", f"odd_{n}", name, y=112 * (n + 1), note=name)
        for n, name in enumerate(NAMES)
    ]
    ask = Step("ask00001", "http_request", "ask", TAG + "2", y=600)  # has no address: a problem
    steps = (start, *odd, ask)
    links = tuple(
        Link(f"link{n:04}", one.id, "out", other.id)
        for n, (one, other) in enumerate(pairwise(steps))
    )
    return Graph(steps=steps, links=links)


def _is_text(page: Page) -> None:
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "caught"


def test_names_are_text_everywhere(house: House, ada: Path, visit: Open) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    agent = put_agent(house, TAG, _flow())
    screen.open(f"{agent}/canvas")
    lay_hand_on(page)
    for number, name in enumerate(NAMES):
        one = page.locator(f"#card-odd{number:05}")
        expect(one.locator("b")).to_have_text(name, use_inner_text=False)
        one.click()
        expect(page.locator("#panel #name")).to_have_value(name)
        page.locator("#panel [data-panel-close]").click()
        expect(page.locator("#panel")).to_have_count(0)
    page.locator("#problems summary").click()
    expect(page.locator("#problems li").first).to_contain_text(TAG + "2")
    assert page.locator("#minimap *").evaluate_all("all => all.every((one) => !one.textContent)")
    screen.check()
    _is_text(page)
    for path in ("versions", "versions/draft/flow?with=none", "edit", ""):
        screen.open(f"{agent}/{path}".rstrip("/"))
        expect(page.locator("body")).to_contain_text(TAG)
        screen.check()
        _is_text(page)
