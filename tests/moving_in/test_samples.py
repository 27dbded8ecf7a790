"""Whole programs as they are exported and as people write them: what became of their lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State
from tests.moving_in.conftest import program
from tests.moving_in.tooling import BY_HAND, CHECK, READY, errors, rows, said

SECRETS = ("9a8b7c6d", "f00dfeed", "s3cr3t-pp", "counter-7", "sk-live-77aa88bb99cc")
# Of each program: words of a line, how far it has come, and words of what is said of it.
TOLD: dict[str, list[tuple[str, State, str]]] = {
    "letters_with_manager": [
        ("while state['attempts'] < 3", BY_HAND, "so the steps inside run once"),
        ("state['attempts'] = state['attempts'] + 1", READY, "“Set attempts”"),
        ("approval_message1 = ", READY, "wherever it is used"),
        ("if approval_request1(", READY, "waits for a yes or a no"),
        ("polisher_result_temp", READY, "“Polisher”"),
    ],
    "parts_desk": [
        ("handbook = FileSearchTool", BY_HAND, "“Find rows of a table”"),
        ("web_search_preview =", BY_HAND, "“Ask a service”"),
        ("code_interpreter =", BY_HAND, "step “Code”"),
        ("filesearch_result =", BY_HAND, "look there with a step “Find rows”"),
        ("mcp = HostedMCPTool", CHECK, "at https://mcp.parts.example/mcp"),
        ("guardrails_result =", CHECK, "no check like Hallucination Detection"),
        ("if guardrails_hastripwire", READY, "two ways out"),
        ("ctx = SimpleNamespace", READY, "Not needed"),
        ("answerer_result_temp", CHECK, "could not be read whole"),
    ],
    "damage_desk": [
        ("classify_content = ", READY, "conversation"),
        ("classify_content.append", CHECK, "Pictures and files"),
        ("assessor_result_temp = ", CHECK, "given pictures or files"),
        ("transform_result = ", READY, "“Work out total”"),
        ("class Urgency", READY, "choices"),
        ("if workflow['copies'] > 1", READY, "a way of the step"),
        ("raise ValueError", READY, "“Stop”"),
        ("return {'tone'", READY, "“Answer”"),
    ],
    "parcel_quotes": [
        ("def get_tariff", BY_HAND, "Its code is not in the export"),
        ("def book_courier", CHECK, "Became the agent “Book courier”"),
        ("def quote_instructions", READY, "instructions of a step"),
        ("state['details']['route']", READY, "wherever it is used"),
        ("state['weight'] = ", READY, "Became weight"),
        ("== 'road' or", READY, "in a row"),
        ("return {**quote_result", READY, "“Answer”"),
    ],
    "customer_service": [
        ("async def about_lamps", BY_HAND, "A guardrail of your own"),
        ("async def no_prices", BY_HAND, "A guardrail of your own"),
        ("async def often_asked", CHECK, "as a tool"),
        ("async def update_order", BY_HAND, "context of a run"),
        ("async def on_order_handoff", BY_HAND, "A function of your own"),
        ("faq_agent.handoffs.append", READY, "among the tools of “FAQ Agent”"),
        ("current_agent: Agent", READY, "Another name"),
        ("while True", CHECK, "Each message of the chat"),
        ("for new_item in", READY, "Only shows what came"),
        ("session = SQLiteSession", READY, "remembers by itself"),
        ("print('Only lamps", BY_HAND, "on an error"),
        ("triage_agent = ", READY, "“Triage Agent”"),
    ],
    "research": [
        ("SETTINGS = ModelSettings", READY, "agents that have these settings"),
        ("planner_agent = ", READY, "instead of qwen3"),
        ("async def search(", READY, "where it is called"),
        ("first, second = ", CHECK, "side by side"),
        ("async for event in", READY, "Only shows what came"),
        ("rounds = rounds + 1", READY, "wherever it is used"),
        ("match report", READY, "the ways below"),
        ("return {'report'", READY, "“Answer”"),
    ],
    "stock_servers": [
        ("letters = MCPServerStdio", BY_HAND, "starts no programs"),
        ("async with MCPServerStreamableHttp", CHECK, "“count” and “reserve”"),
        ("await letters.cleanup()", READY, "Not needed"),
        ("keeper = Agent", READY, "“Stock keeper”"),
    ],
}


@pytest.fixture(params=sorted(TOLD))
def name(request: pytest.FixtureRequest) -> str:
    """Each of the programs."""
    return str(request.param)


def step(whole: MovedIn, called: str) -> dict[str, Any]:
    """The settings of the step with this name."""
    (found,) = [one for one in whole.graph.steps if one.name == called]
    return dict(found.fields)


def test_what_became_of_its_lines(name: str) -> None:
    whole = read_program(program(name))
    for line, state, words in TOLD[name]:
        found, sentence = said(whole, line)
        assert (line, found, words in sentence) == (line, state, True), sentence


def test_no_key_is_left(name: str) -> None:
    whole = read_program(program(name))
    graphs = [whole.graph, *(one.graph for one in whole.helpers)]
    everything = json.dumps([one.to_json() for one in graphs]) + str(whole.findings)
    assert [one for one in SECRETS if one in everything] == []


def test_values_that_were_lost_are_never_told_as_ready(name: str) -> None:
    """What stands in square brackets is for somebody to put in; its line says so."""
    whole = read_program(program(name))
    texts = json.dumps([one.fields for one in whole.graph.steps], ensure_ascii=False)
    if "[state[" in texts or "_result[" in texts:
        assert whole.number(State.CHECK) + whole.number(State.BY_HAND) > 0


def test_a_group_in_the_state_is_read_part_by_part() -> None:
    steps = read_program(program("damage_desk")).graph.steps
    told = json.dumps([one.fields for one in steps])
    assert "{{ 100 }}" in told
    assert "cost: 100" not in told


def test_what_two_ways_set_is_found_behind_both() -> None:
    quoted = step(read_program(program("parcel_quotes")), "Quote")
    assert quoted["instructions"] == (
        "Quote the parcel of {{ steps.set_country.weight }} kg to {{ steps.set_country_2.country "
        "| default: steps.set_country.country }} by {{ steps.router.values.route }}."
    )


def test_pictures_go_to_the_step_that_saw_them() -> None:
    text = program("damage_desk").replace("  image_data_url: Optional[str] = None\n", "")
    whole = read_program(text.replace("  copies: int = 1\n", ""))
    assert step(whole, "Damage assessor")["files"] == "{{ trigger.files }}"
    assert "those that come with the message" in said(whole, "assessor_result_temp =")[1]


def test_handing_over_becomes_tools_and_ends() -> None:
    whole = read_program(program("customer_service"))
    assert [row["name"] for row in rows(whole)] == ["faq_agent", "order_agent"]
    assert [one.name for one in whole.helpers] == ["Often asked", "FAQ Agent", "Order Agent"]
    assert whole.helpers[0].about == "Says what people often ask."
    assert step(whole, "Triage Agent")["instructions"] == "Find out who can help."
    for helper in whole.helpers:
        assert errors(helper.graph) == []


def test_what_a_workflow_takes_is_asked_for() -> None:
    whole = read_program(program("research"))
    assert whole.graph.order[0].fields["inputs"][0]["key"] == "query"  # type: ignore[index, call-overload]
    assert step(whole, "WriterAgent")["task"].endswith(
        "{{ steps.search_agent_2.text }}\n\n{{ steps.search_agent_3.text }}"
    )
    assert step(whole, "PlannerAgent")["answer_as"] == "values"


def test_an_approval_inside_an_approval_is_drawn() -> None:
    whole = read_program(program("letters_with_manager"))
    assert errors(whole.graph) == []
    first, second = [one for one in whole.graph.order if one.type == "ask_person"]
    (no,) = [one for one in whole.graph.links if one.source == first.id and one.target == second.id]
    assert no.source_port == "refused"


def test_nothing_of_it_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    touch = f"open({str(mark)!r}, 'w').write('x')"
    text = (
        f"import os\n{touch}\nclass A(BaseModel):\n  a: str = {touch}\n"
        f"@function_tool\ndef t(a=({touch})):\n  {touch}\n  return a\n"
        f"one = Agent(name={touch}, instructions=lambda c, a: {touch}, tools=[t], "
        f"mcp_servers=[MCPServerStdio(params={{'command': {touch}}})])\n"
        f'async def run_workflow(w):\n  with trace({touch}):\n    x = f"{{{touch}}}"\n'
        f"    r = await Runner.run(one, input=[{touch}])\n    return {touch}\n"
    )
    whole = read_program(text)
    assert whole.number(BY_HAND) > 0
    assert not mark.exists()
