"""Programs that nobody exported: they call themselves, name two things alike, or grow and grow."""

import pytest

from app.moving_in.program import MovedIn, read_program
from app.moving_in.report import State
from app.moving_in.source.parsing import SourceRefused
from tests.moving_in.test_constructs import errors, moved
from tests.moving_in.tooling import BY_HAND, READY, said


def all_said(whole: MovedIn) -> str:
    """Every sentence of the report."""
    return " ".join(one.sentence for one in whole.findings)


def test_two_functions_that_call_each_other() -> None:
    head = (
        "async def ping(a):\n  await Runner.run(one, input=a)\n  return await pong(a)\n"
        "async def pong(a):\n  return await ping(a)\n"
    )
    whole = moved("x = await ping('a')\nreturn x", head=head)
    assert said(whole, "return await ping(a)")[0] is BY_HAND
    assert "calls itself" in all_said(whole)
    assert len([one for one in whole.graph.steps if one.type == "ask_model"]) == 1


def test_a_function_that_takes_any_values_is_by_hand() -> None:
    head = "async def all_of(*texts):\n  await Runner.run(one, input=texts[0])\n"
    whole = moved("await all_of('a', 'b')", head=head)
    assert "could not be read" in said(whole, "await all_of")[1]
    assert said(whole, "async def all_of")[0] is BY_HAND


def test_calls_inside_calls_do_not_grow_beyond_bounds() -> None:
    head = "async def f0(a):\n  await Runner.run(one, input=a)\n"
    for number in range(1, 8):
        inner = f"  await f{number - 1}(a)\n"
        head += f"async def f{number}(a):\n{inner * 8}"
    whole = moved("await f7('a')", head=head)
    assert "become too many steps" in all_said(whole)
    assert len(whole.graph.steps) < 150


def test_a_long_function_that_is_called_often_is_refused() -> None:
    lines = "".join(f"  a = {number}\n" for number in range(5_000))
    head = f"async def ask(a):\n{lines}  await Runner.run(one, input='x')\n"
    with pytest.raises(SourceRefused, match="too long"):
        moved("await ask('a')\n" * 20, head=head)


def test_names_that_are_given_twice() -> None:
    head = (
        "one = Agent(name='First')\nasync def ask(a):\n  return 'no'\n"
        "one = Agent(name='Second')\nasync def ask(a):\n"
        "  one = await Runner.run(two, input=a)\n  return one.final_output.kind\n"
    )
    whole = moved("one = await ask('a')\nask = one\nreturn ask", head=head)
    assert errors(whole) == []
    assert [one.name for one in whole.graph.steps if one.type == "ask_model"] == ["Two"]


@pytest.mark.parametrize(
    "head",
    [
        "Runner = 3\n",
        "class one(BaseModel):\n  a: str\n",
        "def run_workflow(w):\n  return 1\n",
        "state = Agent(name='State')\n",
        "async def len(a):\n  return await Runner.run(one, input=a)\n",
        "import one\n",
        "def worked_out(a):\n  return a\n",
    ],
)
def test_names_that_stand_for_something_else(head: str) -> None:
    body = (
        "x = await Runner.run(one, input=h)\nn = len(workflow['input_as_text']) * 2 - 1\nreturn n"
    )
    assert moved(body, head=head).findings


def test_many_ways_in_one_test() -> None:
    many = " or ".join(f"workflow['amount'] == {number}" for number in range(400))
    whole = moved(f"if {many}:\n  return 'a'\nreturn 'b'")
    assert len([one for one in whole.graph.steps if one.type == "if"]) == 20
    assert errors(whole) == []
    mixed = " or ".join(f"(a{number} and b) or c" for number in range(400))
    with pytest.raises(SourceRefused, match="more than 150 steps"):
        moved(f"a = b = c = workflow['amount']\nif {mixed}:\n  return 'a'")


def test_deep_choices_and_deep_loops() -> None:
    deep = "".join(f"{'  ' * depth}if workflow['amount'] > {depth}:\n" for depth in range(20))
    whole = moved(deep + "  " * 20 + "return 'deep'\nreturn 'shallow'")
    assert errors(whole) == []
    loops = "".join(f"{'  ' * depth}for a{depth} in workflow['amount']:\n" for depth in range(6))
    with pytest.raises(SourceRefused, match="3 deep"):
        moved(loops + "  " * 6 + "await Runner.run(one, input=h)")


def test_a_match_that_looks_at_shapes_is_by_hand() -> None:
    whole = moved(
        "match workflow:\n  case {'amount': 3}:\n    return 'a'\n  case _:\n    return 'b'"
    )
    state, sentence = said(whole, "match workflow")
    assert (state, "shape of a value" in sentence) == (BY_HAND, True)


def test_what_cannot_be_read_is_never_told_as_ready() -> None:
    lines = (
        "x = [await one_more(y) async for y in z()]\nq = yield\nwith a as b:\n  lambda: (c := 3)\n"
    )
    whole = moved(f"{lines}return x")
    states = {one.original: one.state for one in whole.findings}
    assert states["return x"] is not READY
    assert whole.number(State.BY_HAND) >= 3


def test_a_program_that_is_no_workflow_is_refused() -> None:
    for text in ("print('hello')", "import os\nos.system('ls')", "# only words"):
        with pytest.raises(SourceRefused, match="no workflow in it"):
            read_program(text)
