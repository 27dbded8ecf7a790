"""What each construct of a program becomes, and how far it has come."""

from typing import Any

import pytest

from app.engine import check
from app.engine.graph import Step
from app.engine.problem import Known
from app.engine.states import RunStatus
from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State
from app.nodes.catalogue import CATALOGUE
from tests.engine.flows import play

READY, CHECK, BY_HAND = State.READY, State.CHECK, State.BY_HAND
HEAD = """
from agents import Agent, Runner
class Sorted(BaseModel):
  kind: str
  sure: float
one = Agent(name="One", instructions="Be kind.", model="gpt-5")
two = Agent(name="Two", instructions="Sort.", output_type=Sorted)
class WorkflowInput(BaseModel):
  input_as_text: str
  amount: int
"""
BEGIN = """
async def run_workflow(workflow_input: WorkflowInput):
  workflow = workflow_input.model_dump()
  h = [{"role": "user", "content": [{"type": "input_text", "text": workflow["input_as_text"]}]}]
  state = {"name": "Maria", "list": ["a", "b"]}
"""


def moved(body: str, *, head: str = "") -> MovedIn:
    """A program around these lines."""
    lines = "".join(f"  {line}\n" for line in body.splitlines())
    return read_program(HEAD + head + BEGIN + lines)


def said(program: MovedIn, original: str) -> tuple[State, str]:
    """What became of the first statement with these words."""
    one = next(one for one in program.findings if original in one.original)
    return one.state, one.sentence


def only(program: MovedIn, kind: str) -> Step:
    """The one step of this kind."""
    (step,) = [step for step in program.graph.steps if step.type == kind]
    return step


def errors(program: MovedIn) -> list[str]:
    """What the check holds against the flow."""
    found = check.problems(program.graph, CATALOGUE, known=Known())
    return [one.text for one in found if one.severity == "error"]


ASK = "r = await Runner.run(one, input=[*h])\n"
SORT = "s = await Runner.run(two, input=[*h])\n"
TOLD = 'res = {"output_parsed": s.final_output.model_dump()}\n'
CASES: list[tuple[str, str, str, State, dict[str, Any]]] = [
    (
        ASK,
        "Runner.run",
        "ask_model",
        READY,
        {"instructions": "Be kind.", "question": "{{ trigger.input_as_text }}"},
    ),
    ("Runner.run_sync(one, 'Hello')", "run_sync", "ask_model", READY, {"question": "Hello"}),
    (
        "await Runner.run(one, input=f'For {state[\"name\"]}: {strange()}')",
        "Runner.run",
        "ask_model",
        CHECK,
        {"question": "For {{ steps.state.name }}: [strange()]"},
    ),
    (SORT, "Runner.run", "ask_model", READY, {"answer_as": "values"}),
    (
        f"{SORT}{TOLD}if res['output_parsed']['kind'] == 'x':\n  return 'a'\nelse:\n  return 'b'",
        "if res",
        "if",
        READY,
        {
            "conditions": {
                "match": "all",
                "rows": [{"value": "{{ steps.two.values.kind }}", "operator": "is", "value2": "x"}],
            }
        },
    ),
    (
        "if workflow['amount'] > 3 and not workflow['amount'] >= 9:\n  return 'a'",
        "if workflow",
        "if",
        READY,
        {
            "conditions": {
                "match": "all",
                "rows": [
                    {"value": "{{ trigger.amount }}", "operator": "more_than", "value2": "3"},
                    {"value": "{{ trigger.amount }}", "operator": "less_than", "value2": "9"},
                ],
            }
        },
    ),
    ("for it in [1, 2]:\n  state['name'] = it", "for it", "for_each", CHECK, {"items": ""}),
    ("if workflow['amount']:\n  return 'a'", "if workflow", "if", READY, {}),
    (f"{SORT}if s.final_output.odd:\n  return 'a'", "if s", "if", CHECK, {}),
    ("if strange(state):\n  return 'a'", "if strange", "if", BY_HAND, {}),
    (
        "if approval_request('Send it?'):\n  return 'yes'\nelse:\n  return 'no'",
        "if approval_request",
        "ask_person",
        READY,
        {"title": "Send it?"},
    ),
    ("ok = approval_request(state['name'])", "ok =", "ask_person", READY, {}),
    (
        "for one_item in state['list']:\n  await Runner.run(one, input=one_item)",
        "for one_item",
        "for_each",
        READY,
        {"items": '{{ "a\\nb" | lines }}'},
    ),
    (
        "for n, it in enumerate(workflow['amount']):\n  await Runner.run(one, input=f'{n} {it}')",
        "for ",
        "for_each",
        READY,
        {"items": "{{ trigger.amount }}"},
    ),
    (
        "i = 0\nwhile i < len(workflow['amount']):\n"
        "  await Runner.run(one, input=workflow['amount'][i])\n  i += 1",
        "while",
        "for_each",
        READY,
        {"items": "{{ trigger.amount }}"},
    ),
    (
        f"while state['name'] != 'x':\n  {ASK}",
        "while",
        "if",
        BY_HAND,
        {},
    ),
    ("raise ValueError('No order')", "raise", "stop_with_error", READY, {"sentence": "No order"}),
    ("return {'message': 'Hello'}", "return", "answer", READY, {"text": "Hello"}),
    ("return {'a': 1, 'b': state['name']}", "return", "answer", READY, {"kind": "values"}),
    ("return strange()", "return", "answer", CHECK, {"text": "[strange()]"}),
]


@pytest.mark.parametrize(("body", "original", "kind", "state", "fields"), CASES)
def test_a_construct_becomes_a_step(
    body: str, original: str, kind: str, state: State, fields: dict[str, Any]
) -> None:
    program = moved(body)
    step = only(program, kind)
    assert {name: step.fields[name] for name in fields} == fields
    assert said(program, original)[0] is state


@pytest.mark.parametrize(
    ("line", "state", "words"),
    [
        ("x = WebSearchTool()", BY_HAND, "web search"),
        ("x = FileSearchTool(vector_store_ids=['v'])", BY_HAND, "search in files"),
        ("x = CodeInterpreterTool(tool_config={})", BY_HAND, "code interpreter"),
        (
            "x = HostedMCPTool(tool_config={'server_url': 'https://mcp.example.org/a?key=1'})",
            BY_HAND,
            "of the MCP server “MCP server”: no agent has it",
        ),
        ("@function_tool\ndef look_up(a):\n  return a", BY_HAND, "A tool of your own"),
        ("def reckon(a):\n  return a", BY_HAND, "A function of your own"),
        ("def approval_request(m):\n  return True", READY, "Ask a person"),
        ("class Thing:\n  def go(self):\n    pass", BY_HAND, "A class of your own"),
        ("import pandas", CHECK, "pandas does not move in"),
        ("import json", READY, "Not needed"),
        ("client = AsyncOpenAI()", READY, "Not needed"),
        ("unused = Agent(name='Unused')", BY_HAND, "Nothing runs this agent"),
        ("if __name__ == '__main__':\n  go()", READY, "Not needed"),
        ("go()", BY_HAND, "outside the workflow"),
        ("LIMIT = 4", READY, "wherever it is used"),
        ("class Odd(BaseModel):\n  when: Moment", CHECK, "not known here"),
    ],
)
def test_what_stands_outside_the_workflow_is_told(line: str, state: State, words: str) -> None:
    program = moved("return None", head=f"{line}\n")
    original = line.splitlines()[-1 if line.startswith("@") else 0][:24]
    if line.startswith("@"):
        original = "def look_up"
    found, sentence = said(program, original.replace('"', "'"))
    assert (found, words in sentence) == (state, True)


def test_several_cases_become_a_switch() -> None:
    kind = "res['output_parsed']['kind']"
    program = moved(
        f"{SORT}{TOLD}if {kind} == 'a':\n  {ASK}elif {kind} == 'b':\n  return 'b'\n"
        "else:\n  return None\nreturn {'output_text': r.final_output_as(str)}"
    )
    step = only(program, "switch")
    assert [row["label"] for row in step.fields["cases"]] == ["a", "b"]  # type: ignore[index,call-overload,union-attr]
    assert {said(program, "if res")[0], said(program, "return None")[0]} == {READY}
    assert errors(program) == []


def test_what_ways_changed_is_found_where_they_meet() -> None:
    program = moved(
        "if workflow['amount'] > 3:\n  state['name'] = 'Ana'\nreturn {'m': state['name']}"
    )
    assert only(program, "answer").fields["text"] == (
        "{{ steps.set_name.name | default: steps.state.name }}"
    )
    for amount, name in (("9", "Ana"), ("1", "Maria")):
        outcome, _ = play(program.graph, {"input_as_text": "x", "amount": amount})
        assert (outcome.status, outcome.answer) == (RunStatus.SUCCESS, name)


def test_a_loop_goes_through_a_list() -> None:
    program = moved("for it in workflow['amount']:\n  state['name'] = it\nreturn 'done'")
    inside = [step for step in program.graph.steps if step.parent]
    assert inside[0].fields["values"] == [{"name": "name", "value": "{{ item }}"}]
    assert errors(program) == []
    listed = moved("for it in state['list']:\n  state['name'] = it\nreturn 'done'")
    outcome, _ = play(listed.graph, {"input_as_text": "x", "amount": 1})
    assert (outcome.status, outcome.answer) == (RunStatus.SUCCESS, "done")


def test_guardrails_become_a_guard_with_two_ways() -> None:
    rules = (
        "rules = {'guardrails': [{'name': 'Keyword Filter', 'config': {'keywords': ['spam']}}]}\n"
    )
    program = moved(
        "g = await run_guardrails(ctx, workflow['input_as_text'], 'text/plain', rules)\n"
        "bad = guardrails_has_tripwire(g)\nif bad:\n  return 'No'\nelse:\n  return 'Yes'",
        head=rules,
    )
    assert only(program, "guard").fields["banned"] == "spam"
    assert errors(program) == []
    for text, answer in (("Buy SPAM now", "No"), ("Hello", "Yes")):
        outcome, _ = play(program.graph, {"input_as_text": text, "amount": 1})
        assert outcome.answer == answer


def test_instructions_take_values_from_their_context() -> None:
    head = (
        "class Ctx:\n  def __init__(self, state_name: str):\n    self.state_name = state_name\n"
        "def told(run_context: RunContextWrapper[Ctx], _agent):\n"
        "  state_name = run_context.context.state_name\n"
        "  return f'Write to {state_name}.'\n"
        "writer = Agent(name='Writer', instructions=told)\n"
    )
    program = moved("await Runner.run(writer, input=h, context=Ctx(state['name']))", head=head)
    step = only(program, "ask_model")
    assert step.fields["instructions"] == "Write to {{ steps.state.name }}."


def test_braces_of_agent_builder_are_resolved_and_others_stay() -> None:
    head = "w = Agent(name='W', instructions='Hi {{state.name}}, {{ unless }} {{workflow.no}}')\n"
    program = moved("await Runner.run(w, input=h)", head=head)
    told = str(only(program, "ask_model").fields["instructions"])
    assert told == 'Hi {{ steps.state.name }}, {{ "{{" }} unless }} [workflow.no]'
    assert said(program, "Runner.run")[0] is CHECK
    assert errors(program) == []


def test_an_agent_alone_becomes_a_flow() -> None:
    program = read_program("helper = Agent(name='Helper', instructions='Help.')")
    assert program.name == "Helper"
    assert [step.type for step in program.graph.order][1:] == ["ask_model", "answer"]
    assert errors(program) == []


def test_settings_of_models_are_kept_or_named() -> None:
    settings = "model_settings=ModelSettings(temperature=0.5, max_tokens=9, tool_choice='x')"
    program = moved(
        "await Runner.run(w, input=h)", head=f"w = Agent(name='W', model='gpt-5', {settings})\n"
    )
    step = only(program, "ask_model")
    assert (step.fields["temperature"], step.fields["max_tokens"]) == (0.5, 9)
    assert "tool_choice" in said(program, "Runner.run")[1]
    assert "gpt-5" in said(program, "w = Agent")[1]
