"""A budget that stops: set on an agent, told before a run, ends one, and lets the next go on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.engine.graph import Graph
from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.runs.flows import answer, form, in_a_row, step

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]
LETTER = "Where is my parcel? "


def letters() -> Graph:
    """Drafts an answer with the practice model."""
    ask = step("ask", "ask_model", {"question": "Draft an answer: {{ trigger.letter }}"})
    return in_a_row(form("letter"), ask, answer("{{ steps.ask.text }}"))


@pytest.mark.parametrize("look", LOOKS)
def test_a_budget_that_stops(new_house: House, visit: Visits, look: str) -> None:
    ada = visit(new_house, look)
    stories.sign_up(ada, new_house.sign_up_address)
    agent = put_agent(new_house, "Answer letters", letters())
    _set(ada, agent, "1200")
    expect(ada.page.get_by_text("0 tokens of 1,200 tokens")).to_be_visible()
    _run(ada, agent)
    expect(ada.page.locator(".story .badge", has_text="Done")).to_be_visible()
    _run(ada, agent, LETTER * 20)
    page = ada.page
    expect(page.get_by_text("Budget spent").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is 1,200 tokens a day")
    expect(page.get_by_role("heading", level=1)).to_contain_text("so it was not asked")
    ada.check()
    ada.click("link", "Open the budgets")
    expect(page.get_by_role("heading", name="Budgets", level=1)).to_be_visible()
    ada.check()
    ada.open("/w/harbour-pine/attention")
    expect(page.get_by_text("so it was not asked").first).to_be_visible()
    _set(ada, agent, "90,000")
    _run(ada, agent)
    expect(page.locator(".story .badge", has_text="Done")).to_be_visible()
    ada.open("/w/harbour-pine/costs")
    expect(page.get_by_role("heading", name="By person")).to_be_visible()
    ada.check()


def _set(ada: Visit, agent: str, tokens: str) -> None:
    ada.open(agent)
    ada.page.get_by_role("link", name="Set a budget").or_(
        ada.page.get_by_role("link", name="Change it", exact=True)
    ).first.click()
    ada.fill("Tokens a day", tokens)
    ada.check()
    ada.click("button", "Save")
    expect(ada.page.get_by_role("heading", name="Budget", exact=True)).to_be_visible()
    ada.check()


def _run(ada: Visit, agent: str, letter: str = LETTER) -> None:
    ada.open(f"{agent}/runs/new")
    expect(ada.page.get_by_text("It may cost")).to_be_visible()
    ada.fill("Letter", letter)
    ada.check()
    ada.click("button", "Run", exact=True)
