"""A simple agent is made on one page, talked to beside it, and opened as a flow and grown there."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from app.simple_agents import shape
from tests.journeys import hands, stories
from tests.journeys.house import House
from tests.journeys.seeding import put_agent, put_table
from tests.journeys.visit import LOOKS, Visit
from tests.language_models.stub import KEY, provider
from tests.llm import stubs
from tests.loopback import Loopback, Received

pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
PICTURES = os.environ.get("LAMPLIGHT_SIMPLE_PICTURES")  # a folder, to keep what was seen
SIMPLE = re.compile(r"/agents/[a-z-]+/simple(\?[^#]*)?(#.*)?$")
INSTRUCTIONS = (
    "Answer questions of our shop staff about our furniture: sizes, wood, care, delivery time "
    "and stock.\n\nLook in the product list first. If it has no answer, say so and name the "
    "colleague who knows. When a customer has a damaged piece, open a case."
)
QUESTIONS = (
    "Which oak tables can be here before Christmas?",
    "How do I get a red wine stain out of oiled ash?",
)
WORKER_MS = 60_000


def test_it_is_made_talked_to_and_grown_into_a_flow(house: House, ada: Path, visit: Open) -> None:
    put_table(house, "Damaged pieces", "Customer", "Reason")
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    _make(screen, "Product helper")
    screen.check()
    _saved_by_itself(page, page.locator("#set-instructions"), INSTRUCTIONS)
    _saved_by_itself(page, page.locator("#example-1"), QUESTIONS[0])
    _give(page, "Add a row to Damaged pieces")
    page.reload()
    expect(page.locator("#set-instructions")).to_have_value(INSTRUCTIONS)
    chat = page.locator("#talk")
    expect(chat.get_by_role("button", name=QUESTIONS[0])).to_be_visible()
    _say(page, "Add a row to damaged pieces.\nCustomer: Tobias\nReason: scratched")
    expect(chat.get_by_role("heading", name="May it use")).to_be_visible(timeout=WORKER_MS)
    screen.check()
    chat.get_by_role("button", name="Approve and go on").click()
    expect(page).to_have_url(SIMPLE)
    expect(chat.get_by_text("See what it did")).to_be_visible(timeout=WORKER_MS)
    screen.click("link", "Open as a flow")
    _add_a_step(page)
    screen.open(re.sub(r"/canvas.*", "/simple", page.url))
    expect(page.get_by_text("Its flow has 4 steps now")).to_be_visible()
    expect(page.locator("#simple-form")).to_have_count(0)
    expect(chat).to_contain_text("Tobias")
    screen.check()


@pytest.mark.parametrize("look", LOOKS)
def test_every_look(house: House, ada: Path, visit: Open, look: str) -> None:
    name = f"Care helper {look}"
    put_table(house, f"Care {look}", "Wood", "Care")
    address = put_agent(house, name, shape.first_graph(instructions=INSTRUCTIONS))
    screen = visit(house, look, storage_state=ada)
    page = screen.page
    screen.open(f"{address}/simple")
    for number, question in enumerate(QUESTIONS, start=1):
        _saved_by_itself(page, page.locator(f"#example-{number}"), question)
    for words in ("Find rows of", "Change a row of"):
        _give(page, f"{words} Care {look}")
    page.locator("#set-tools-2-policy-ask").check(force=True)
    expect(page.locator("#set-tools-2")).to_contain_text("asks you before every use")
    _keep(page, f"simple_agent_{look}")
    screen.check()
    page.locator("#set-tools-1-more > summary").click()
    expect(page.get_by_label("When to use it").first).to_be_visible()
    screen.check()
    page.get_by_role("button", name=f"Remove Care {look}").first.click()
    expect(page.locator(".use > ul > li")).to_have_count(1)
    screen.click("button", "Switch on")
    expect(page.get_by_text("As published, version 1.0.0")).to_be_visible()
    screen.check()


def test_two_people_at_one_agent(house: House, ada: Path, visit: Open) -> None:
    address = put_agent(house, "Two at one", shape.first_graph())
    mine, theirs = (visit(house, "light", storage_state=ada) for _ in range(2))
    for screen in (mine, theirs):
        screen.open(f"{address}/simple")
    _saved_by_itself(theirs.page, theirs.page.locator("#set-instructions"), "Theirs.")
    mine.page.locator("#set-instructions").fill("Mine.")
    told = mine.page.get_by_text("Somebody changed this agent meanwhile")
    expect(told).to_be_visible()
    expect(mine.page.locator("#set-instructions")).to_have_value("Mine.")
    mine.check()
    mine.click("button", "Save mine")
    expect(told).to_have_count(0)
    theirs.page.reload()
    expect(theirs.page.locator("#set-instructions")).to_have_value("Mine.")


def test_without_scripts(house: House, ada: Path, visit: Open) -> None:
    address = put_agent(house, "Plain helper", shape.first_graph())
    screen = visit(house, "light", storage_state=ada, java_script_enabled=False)
    page = screen.page
    screen.open(f"{address}/simple")
    page.locator("#set-instructions").fill("Be brief.")
    screen.click("button", "Save", exact=True)
    expect(page.get_by_text("Saved as a draft")).to_be_visible()
    expect(page.locator("#set-instructions")).to_have_value("Be brief.")
    page.get_by_role("textbox", name="Message to").fill("Hello")
    screen.click("button", "Send", exact=True)
    expect(page).to_have_url(re.compile("/simple"))
    expect(page.locator("#talk")).to_contain_text("Hello")


def test_a_model_of_a_service_uses_its_tool(new_house: House, visit: Open) -> None:
    ada = visit(new_house, "light")
    stories.sign_up(ada, new_house.sign_up_address)
    put_table(new_house, "Cases", "Customer", "Reason")
    page = ada.page
    with Loopback(_model()) as server:
        _connect(ada, f"{server.url}/v1")
        _make(ada, "Case helper")
        expect(page.locator(".options")).to_contain_text("stub-large")
        _give(page, "Add a row to Cases")
        _say(page, "Mr Aalto’s table came scratched. Open a case.")
        asked = page.locator("#talk").get_by_role("heading", name="May it use")
        expect(asked).to_be_visible(timeout=WORKER_MS)
        expect(page.locator("#talk").get_by_label("customer")).to_have_value("Eero Aalto")
        _keep(page, "simple_agent_asks_light")
        ada.check()
        page.get_by_role("button", name="Approve and go on").click()
        said = page.locator("#talk").get_by_text("The case is open.")
        expect(said).to_be_visible(timeout=WORKER_MS)
        ada.check()


def _make(screen: Visit, name: str) -> None:
    screen.open("/w/harbour-pine/agents/new")
    screen.click("link", "A simple agent")
    expect(screen.page).to_have_url(re.compile("/simple-agents/new"))
    screen.check()
    screen.fill("Name", name)
    screen.click("button", "Go on")
    expect(screen.page).to_have_url(SIMPLE)


def _saved_by_itself(page: Page, field: Locator, words: str) -> None:
    """Type, and wait until the server has it and the page shows what it made of it."""
    before = page.locator("#simple").get_attribute("data-revision") or ""
    field.fill(words)
    expect(page.locator("#simple")).not_to_have_attribute("data-revision", before)


def _give(page: Page, words: str) -> None:
    """Let it use something."""
    tools = page.locator(".use > ul > li")
    count = tools.count()
    page.locator("#new_tool").select_option(label=words)
    expect(tools).to_have_count(count + 1)


def _say(page: Page, words: str) -> None:
    place = page.get_by_role("textbox", name="Message to")
    place.fill(words)
    place.press("Enter")


def _add_a_step(page: Page) -> None:
    """On the canvas, behind the agent; the draft is saved when this returns."""
    hands.lay_hand_on(page)
    hands.click(page, hands.card(page, "Think and act"))
    with page.expect_response(_is_draft_saved):
        page.locator("#kinds [data-kind=summarise]").click()
    hands.said(page, "added after “Think and act”")


def _is_draft_saved(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.url.endswith("/draft") and answer.ok


def _keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _model() -> Callable[[Received], bytes]:
    """Asks for the tool first; once it has its answer, says so."""
    plain = provider()

    def answer(received: Received) -> bytes:
        if received.method != "POST":
            return plain(received)
        asked = stubs.asked(received)
        if not asked.get("tools"):
            return stubs.openai("ok")
        if any(one["role"] == "tool" for one in asked["messages"]):
            return stubs.openai("The case is open.")
        given = json.dumps({"customer": "Eero Aalto", "reason": "Scratched on delivery"})
        name = asked["tools"][0]["function"]["name"]
        call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": given}}
        return stubs.openai("", finish="tool_calls", calls=[call])

    return answer


def _connect(ada: Visit, address: str) -> None:
    """A model of another service, in Settings."""
    ada.open("/w/harbour-pine/settings/models/new")
    ada.click("link", "Another service")
    ada.fill("Address", address)
    ada.fill("Name", "The harbour's models")
    ada.fill("Key", KEY)
    ada.click("button", "Try it and add")
    expect(ada.page.get_by_role("heading", name="The harbour's models", level=1)).to_be_visible()
    ada.fill("Model", "stub-large")
    ada.click("button", "Add model")
    expect(ada.page.get_by_role("heading", name="stub-large", level=1)).to_be_visible()
