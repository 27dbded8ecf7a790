"""A model is connected in Settings, tried, priced and asked by an agent, and its cost is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import stories
from tests.journeys.house import House
from tests.journeys.seeding import put_agent
from tests.journeys.visit import LOOKS, Visit
from tests.language_models.stub import KEY, provider
from tests.loopback import Loopback
from tests.runs.flows import answer, form, in_a_row, step

pytestmark = [pytest.mark.browser]
Visits = Callable[..., Visit]
HERE = "/w/harbour-pine/settings/models"


@pytest.mark.parametrize("look", LOOKS)
def test_a_model_is_connected_and_an_agent_asks_it(
    new_house: House, visit: Visits, look: str
) -> None:
    ada = visit(new_house, look)
    stories.sign_up(ada, new_house.sign_up_address)
    with Loopback(provider(answer="Tomorrow at noon.")) as server:
        _see_the_practice_model(ada)
        _add(ada, f"{server.url}/v1")
        _choose_a_model(ada)
        _ask_by_an_agent(ada, new_house)
    _see_what_it_cost(ada)
    _remove(ada)


def _see_the_practice_model(ada: Visit) -> None:
    ada.open(HERE)
    expect(ada.page.get_by_text("Your agents ask the practice model")).to_be_visible()
    ada.check()
    ada.open("/w/harbour-pine/costs")
    expect(ada.page.get_by_role("heading", name="No model was asked yet")).to_be_visible()
    ada.check()
    ada.open(HERE)
    ada.click("link", "Add a model")
    expect(ada.page.get_by_text("No model answers on this computer just now")).to_be_visible()
    ada.check()
    ada.click("link", "OpenAI")
    expect(ada.page.get_by_label("Key", exact=True)).to_be_visible()
    ada.check()


def _add(ada: Visit, address: str) -> None:
    """With a wrong key first: told in plain words, and nothing is kept."""
    ada.open(f"{HERE}/new")
    ada.click("link", "Another service")
    ada.fill("Address", address)
    ada.fill("Name", "The harbour's models")
    ada.fill("Key", "sk-wrong-0123456789")
    ada.click("button", "Try it and add")
    expect(ada.page.get_by_text("does not take this key (it answered 401)")).to_be_visible()
    expect(ada.page.get_by_text("Nothing was kept")).to_be_visible()
    ada.check()
    ada.fill("Key", KEY)
    ada.click("button", "Try it and add")
    expect(ada.page.get_by_role("heading", name="The harbour's models", level=1)).to_be_visible()
    ada.check()


def _choose_a_model(ada: Visit) -> None:
    ada.fill("Model", "stub-large")
    ada.click("button", "Add model")
    expect(ada.page.get_by_role("heading", name="stub-large", level=1)).to_be_visible()
    ada.check()
    ada.fill("Price of a million tokens read", "2.50")
    ada.fill("Price of a million tokens written", "10")
    ada.click("button", "Save", exact=True)
    expect(ada.page.get_by_text("$2.50 read, $10.00 written")).to_be_visible()
    ada.click("button", "Ask")
    expect(ada.page.get_by_text("Tomorrow at noon.")).to_be_visible()
    expect(ada.page.get_by_text("50 tokens, 0.02 cents")).to_be_visible()
    ada.check()
    ada.open(HERE)
    expect(ada.page.get_by_label("Default")).to_contain_text("stub-large")
    ada.check()


def _ask_by_an_agent(ada: Visit, house: House) -> None:
    ask = step("ask", "ask_model", {"model": "", "question": "When is {{ trigger.name }} back?"})
    flow = in_a_row(form("name"), ask, answer("{{ steps.ask.text }}"))
    ada.open(f"{put_agent(house, 'Back when', flow)}/runs/new")
    ada.fill("name", "Ben")
    ada.click("button", "Run", exact=True)
    expect(ada.page.get_by_text("Tomorrow at noon.").first).to_be_visible()
    expect(ada.page.get_by_text("50 tokens").first).to_be_visible()
    ada.check()
    ada.page.locator("#step-ask00000 summary").click()
    expect(ada.page.get_by_text("50 tokens, 0.02 cents")).to_be_visible()
    ada.check()


def _see_what_it_cost(ada: Visit) -> None:
    ada.open(HERE)
    ada.click("link", "What it costs")
    expect(ada.page.get_by_role("link", name="Back when")).to_be_visible()
    by_agent = ada.page.get_by_role("group", name="By agent")
    expect(by_agent.get_by_text("Questions tried in Settings")).to_be_visible()
    expect(ada.page.get_by_text("0.04 cents").first).to_be_visible()
    ada.check()


def _remove(ada: Visit) -> None:
    ada.open(HERE)
    ada.click("link", "The harbour's models")
    ada.click("button", "Remove provider")
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Remove provider").click()
    expect(ada.page.get_by_text("Your agents ask the practice model")).to_be_visible()
    ada.check()
