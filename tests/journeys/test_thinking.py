"""A flow that thinks, in a real browser: its settings are filled in, it runs, it is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.engine.graph import Graph, Link, Step
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
CATEGORIES = [
    {"id": "billing1", "label": "Billing", "description": "invoices, refunds, payments"},
    {"id": "deliver1", "label": "Delivery", "description": "where a parcel is, late deliveries"},
]


def _flow() -> Graph:
    question = {"key": "letter", "label": "Letter", "kind": "long_text", "required": True}
    sort = {"text": "{{ trigger.letter }}", "categories": CATEGORIES}
    draft = {"question": "Draft an answer to this letter: {{ trigger.letter }}"}
    return Graph(
        steps=(
            Step("start001", "start_form", "start", "New letter", fields={"inputs": [question]}),
            Step("sort0001", "sort_into_categories", "sort", "Sort it", fields=sort, y=96),
            Step("draft001", "ask_model", "draft", "Draft an answer", fields=draft, y=192),
            Step("tell0001", "answer", "tell", "Tell", fields={"text": "{{ steps.draft.text }}"}),
        ),
        links=(
            Link("link0001", "start001", "out", "sort0001"),
            Link("link0002", "sort0001", "deliver1", "draft001"),
            Link("link0003", "draft001", "out", "tell0001"),
        ),
    )


@pytest.fixture
def flow(house: House, ada: Path, request: pytest.FixtureRequest) -> str:
    """The address of an agent of its own for each test."""
    assert ada
    return put_agent(house, request.node.name[:60], _flow())


@pytest.mark.parametrize("look", LOOKS)
def test_settings_are_filled_in(house: House, ada: Path, visit: Open, flow: str, look: str) -> None:
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    for step in ("draft001", "sort0001"):
        screen.open(f"{flow}/edit?step={step}")
        expect(page.locator("#set-model option").first).to_have_text("The workspace's default")
        screen.check()
    expect(page.get_by_label("Name of category 2")).to_have_value("Delivery")
    page.get_by_role("button", name="Add a category").click()
    page.get_by_label("Name of category 3").fill("Praise")
    page.get_by_label("What belongs in category 3").fill("thanks, compliments")
    with page.expect_response(lambda heard: "set-model=fast" in (heard.request.post_data or "")):
        page.get_by_label("Model", exact=True).select_option(label="Fast")
    page.reload()
    expect(page.get_by_label("Name of category 3")).to_have_value("Praise")
    expect(page.locator("#set-model")).to_have_value("fast")
    screen.check()


def test_a_letter_is_sorted_and_answered(house: House, ada: Path, visit: Open, flow: str) -> None:
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(f"{flow}/runs/new")
    page.get_by_label("Letter").fill("I am Ana Lindqvist. Where is my parcel? It is late.")
    page.get_by_role("button", name="Run").first.click()
    expect(page.get_by_text("Sorted it into Delivery").first).to_be_visible()
    expect(page.get_by_text("Dear Ana Lindqvist").first).to_be_visible()
    screen.check()
