"""The journeys of issue 5 with a provider that speaks a documented wire format, on loopback."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.budgets.book import Book
from app.workspaces.roles import Role
from tests.journeys import seeding, stories
from tests.journeys.house import House
from tests.journeys.opening import first_owner, house
from tests.journeys.stub_provider import KEY, MODEL, StubProvider
from tests.journeys.stub_sketch import SKETCH
from tests.journeys.visit import Visit
from tests.lib.mcp_stub import McpStub, text
from tests.loopback import Loopback
from tests.nodes.tooling import rule, tool
from tests.runs.flows import answer, form, in_a_row, step

__all__ = ["house"]
pytestmark = [pytest.mark.browser]

Open = Callable[..., Visit]
HERE = "/w/harbour-pine"
RUN = re.compile(r"/runs/[0-9a-f-]{36}")
PATIENCE_MS = 45_000
SAID = "On Saturday from ten to two, says the stub."
PROGRAM = """
from agents import Agent, HostedMCPTool, Runner, function_tool
desk = HostedMCPTool(tool_config={{"type": "mcp", "server_label": "desk",
  "server_url": "{address}", "authorization": "{token}",
  "allowed_tools": ["file_ticket"], "require_approval": "never"}})
clerk = Agent(name="Ticket clerk", instructions="File tickets.", model="gpt-5", tools=[desk])
async def run_workflow(workflow_input):
  result = await Runner.run(clerk, input="File a ticket about the lamp for 84.")
  return {{"output_text": result.final_output_as(str)}}
class WorkflowInput(BaseModel):
  who: str
"""


@pytest.fixture(scope="module")
def model() -> Iterator[tuple[StubProvider, str]]:
    """What answers, and its address."""
    provider = StubProvider(text=SAID)
    with Loopback(provider) as server:
        yield provider, f"{server.url}/v1"


@pytest.fixture(scope="module")
def stub(model: tuple[StubProvider, str]) -> StubProvider:
    """What answers."""
    return model[0]


@pytest.fixture(scope="module")
def ada(
    house: House,
    model: tuple[StubProvider, str],
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Ada's cookies: she signed up and connected the provider, which answers everything now."""

    def then(screen: Visit) -> None:
        screen.open(f"{HERE}/settings/models/new")
        screen.click("link", "Another service")
        screen.fill("Address", model[1])
        screen.fill("Name", "The stub")
        screen.fill("Key", KEY)
        screen.click("button", "Try it and add")
        expect(screen.page.get_by_role("link", name=MODEL)).to_be_visible()

    return first_owner(house, browser, tmp_path_factory.mktemp("owner"), then=then)


def test_a_chat_is_shared_with_somebody_who_may_read(
    house: House, ada: Path, stub: StubProvider, visit: Open
) -> None:
    email = seeding.put_person(house, "Cleo Lookout", Role.VIEWER)
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(f"{HERE}/examples")
    row = page.locator("form", has=page.locator('[value="ask-the-front-desk"]'))
    row.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask the front desk")
    page.get_by_role("textbox", name="Message to").fill("When are you open on Saturday?")
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAID).last).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("See what it did")).to_be_visible()
    assert any("When are you open on Saturday?" in str(one["messages"]) for one in stub.asked)
    thread = page.url.partition("#")[0]
    page.get_by_role("link", name="Share").click()
    page.get_by_label("Share it with").select_option(label="Cleo Lookout")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Cleo Lookout can read here now.")).to_be_visible()
    screen.check()
    cleo = visit(house, "light")
    stories.sign_in(cleo, email)
    cleo.open(thread)
    expect(cleo.page.get_by_text("You read along here")).to_be_visible()
    expect(cleo.page.get_by_text(SAID).last).to_be_visible()
    expect(cleo.page.get_by_role("textbox", name="Message to")).to_have_count(0)
    cleo.check()


def test_what_is_described_is_rehearsed_applied_and_run(
    house: House, ada: Path, stub: StubProvider, visit: Open
) -> None:
    stub.sketch = SKETCH
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(f"{HERE}/describe")
    screen.fill(
        "What should your agent do?",
        "When an enquiry comes in, sort it and draft an answer, ask me before sending.",
    )
    screen.click("button", "Propose it")
    apply = page.get_by_role("button", name="Apply what is ticked")
    expect(apply).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("The stub drew this.").first).to_be_visible()
    screen.check()
    proposal = page.url
    screen.click("button", "Rehearse")
    page.get_by_label("Enquiry", exact=True).fill("When do you open?")
    screen.click("button", "Rehearse", exact=True)
    expect(page).to_have_url(RUN, timeout=PATIENCE_MS)
    expect(page.get_by_text("ehearsal").first).to_be_visible()
    screen.open(proposal)
    apply.click()
    expect(page.get_by_text("Applied to the draft of")).to_be_visible()
    screen.click("link", "Run it")
    page.get_by_label("Enquiry", exact=True).fill("When do you open?")
    screen.click("button", "Run", exact=True)
    waits = page.locator(".badge", has_text="Waits for approval")
    expect(waits.first).to_be_visible(timeout=PATIENCE_MS)
    run = page.url
    screen.click("link", "Open the question")
    page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
    screen.open(run)
    expect(page.locator(".story .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text(SAID).first).to_be_visible()
    screen.check()


def test_a_call_is_approved_with_an_edited_argument(
    house: House, ada: Path, stub: StubProvider, visit: Open
) -> None:
    table = seeding.put_table(house, "Refunds", "Customer", "Amount")
    add = tool("add_row", "add refund", table=table, rules=[rule("amount", "at_most", "100")])
    stub.calls = {**stub.calls, "add_refund": {"customer": "Tobias", "amount": "84"}}
    agent = step("agent", "agent_with_tools", {"task": "Refund Tobias 84.", "tools": [add]})
    flow = in_a_row(form("who"), agent, answer("{{ steps.agent.text }}"))
    path = seeding.put_agent(house, "Refund clerk", flow)
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(f"{path}/runs/new?draft=yes")
    screen.fill("Who", "Tobias")
    screen.click("button", "Run", exact=True)
    expect(page.locator(".badge", has_text="Waits for approval").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    run = page.url
    screen.click("link", "Open the question")
    page.get_by_label("Amount", exact=True).fill("42")
    screen.check()
    screen.click("button", "Approve and go on")
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
    screen.open(run)
    expect(page.locator(".story .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    told = [one for one in stub.asked if "Refund Tobias" in str(one["messages"])][-1]["messages"]
    assert "42" in str([one for one in told if one["role"] == "tool"])
    screen.open(f"{HERE}/tables/refunds")
    expect(page.get_by_text("42").first).to_be_visible()
    screen.check()


def test_a_budget_that_stops(house: House, ada: Path, stub: StubProvider, visit: Open) -> None:
    ask = step("ask", "ask_model", {"question": "Answer this letter: {{ trigger.letter }}"})
    flow = in_a_row(form("letter"), ask, answer("{{ steps.ask.text }}"))
    path = seeding.put_agent(house, "Letters of the stub", flow)
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    screen.open(path)
    screen.click("link", "Set a budget")
    screen.fill("Tokens a day", "4000")
    screen.click("button", "Save")
    expect(page.get_by_text("0 tokens of 4,000 tokens")).to_be_visible()
    page.wait_for_timeout(1000 * Book.KEPT_S)  # so long a worker goes by the budgets it has read
    _write(screen, path, "Where is my parcel?")
    expect(page.locator(".story .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    _write(screen, path, "Where is my parcel? " * 900)
    expect(page.get_by_text("Budget spent").first).to_be_visible(timeout=PATIENCE_MS)
    told = page.get_by_role("heading", level=1)
    expect(told).to_contain_text("is 4,000 tokens a day. 17 tokens of it are spent")
    assert not any("parcel? Where is my parcel?" in str(one["messages"]) for one in stub.asked)
    screen.check()


def _write(screen: Visit, path: str, letter: str) -> None:
    screen.open(f"{path}/runs/new?draft=yes")
    screen.fill("Letter", letter)
    screen.click("button", "Run", exact=True)


def test_a_workflow_moves_in_with_its_server(
    house: House, ada: Path, stub: StubProvider, visit: Open
) -> None:
    stub.calls = {**stub.calls, "file_ticket": {"title": "Lamp", "amount": 84}}
    token = "Bearer-of-the-desk-77"
    screen = visit(house, "light", storage_state=ada)
    page = screen.page
    with McpStub(token=token, does=lambda _: text("Filed as 12.")) as server:
        screen.open(f"{HERE}/moving-in")
        screen.fill("Or its code", PROGRAM.format(address=server.address, token=token))
        screen.click("button", "See what it becomes")
        expect(page.get_by_text("Not connected", exact=True)).to_be_visible()
        expect(page.locator("code", has_text=server.address).first).to_be_visible()
        assert token not in page.content()
        screen.check()
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Add this server in a new tab").click()
        form_page = opened.value
        expect(form_page.get_by_label("Address")).to_have_value(server.address)
        form_page.get_by_label("Name", exact=True).fill("Ticket desk")
        form_page.get_by_label("Access token").fill(token)
        form_page.get_by_role("button", name="Make connection").click()
        expect(form_page.get_by_text("Files a ticket.")).to_be_visible()
        form_page.close()
        screen.fill("Name", "Moved clerk")
        screen.click("button", "Make the agent")
        expect(page.get_by_text("has moved in")).to_be_visible()
        expect(page.get_by_text("Ticket clerk").filter(visible=True).first).to_be_visible()
        screen.check()
        screen.open(f"{HERE}/agents/moved-clerk/runs/new?draft=yes")
        screen.fill("Who", "Tobias")
        screen.click("button", "Run", exact=True)
        expect(page.locator(".badge", has_text="Waits for approval").first).to_be_visible(
            timeout=PATIENCE_MS
        )
        assert server.calls == []  # it never asked there, nobody ticked that: here it asks
        run = page.url
        screen.click("link", "Open the question")
        page.get_by_label("Amount", exact=True).fill("42")
        screen.click("button", "Approve and go on")
        expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
        screen.open(run)
        expect(page.locator(".story .badge", has_text="Done")).to_be_visible(timeout=PATIENCE_MS)
    assert [one["arguments"]["amount"] for one in server.calls] == [42]
    assert server.calls[0]["arguments"]["title"] == "Lamp"
