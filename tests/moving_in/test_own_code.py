"""Functions that are tools: code that runs in an agent of its own, or is told why it cannot."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.engine.graph import Step
from app.engine.ports import Ports
from app.engine.states import RunStatus
from app.lib.sandbox import Sandbox
from app.moving_in.program import read_program
from app.moving_in.report import State
from tests.engine.flows import World, play
from tests.moving_in.conftest import program
from tests.moving_in.tooling import (
    BY_HAND,
    CHECK,
    errors,
    moved,
    said,
)


class WithCode(World):
    """A world in which code runs."""

    sandbox: Sandbox

    def ports(self, step: Step, iteration: str) -> Ports:
        """Doors, one of them to the sandbox."""
        return replace(super().ports(step, iteration), sandbox=self.sandbox)


@pytest.fixture(scope="module")
def with_code() -> Iterator[WithCode]:
    world = WithCode()
    world.sandbox = Sandbox()
    yield world
    world.sandbox.close()


def test_code_of_a_tool_runs_in_its_own_agent(with_code: WithCode) -> None:
    (helper, *_) = read_program(program("order_help")).helpers
    answers = {"bought_on": "2026-11-20", "kind": "lamp", "is_damaged": False}
    outcome, _ = play(helper.graph, answers, world=with_code)
    assert outcome.status is RunStatus.SUCCESS
    assert json.loads(str(outcome.answer)) == {"may": True, "days": 3}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import requests\n  return requests.get(a).text", "internet"),
        ("import os\n  return os.environ[a]", "files or settings"),
        ("return open(a).read()", "files or settings"),
        ("with b(a) as c:\n    return c", "“with”"),
        ("return eval(a)", "“eval”"),
        ("return strange(a)", "“strange”"),
        ("import pandas\n  return pandas.read(a)", "“pandas”"),
        ("return CLIENT.get(a)", "made by code of its own"),
        ("return Odd(a)", "the class “Odd”"),
        ("yield a", "“yield”"),
        ("return __import__('os').environ", "“__import__”"),
    ],
)
def test_code_that_cannot_run_here_is_told(body: str, words: str) -> None:
    head = f"CLIENT = Shop(1)\nclass Odd:\n  pass\n@function_tool\ndef look(a: str):\n  {body}\n"
    whole = moved("look", head=head)
    state, sentence = said(whole, "def look")
    assert (state, words in sentence, whole.helpers) == (BY_HAND, True, ())


@pytest.mark.parametrize(
    ("takes", "state"),
    [
        ("a", CHECK),
        ("a: int, b: float = 2.5, *, c: bool = True", CHECK),
        ("ctx: RunContextWrapper[X], a: Optional[str] = None", CHECK),
        ("a: Annotated[str, 'what'], b: str | None = None", CHECK),
        ("a: Literal['x', 'y']", CHECK),
        ("a: list[str]", BY_HAND),
        ("*a", BY_HAND),
        ("**a", BY_HAND),
        ("a: Odd", BY_HAND),
    ],
)
def test_what_a_tool_takes_becomes_questions(takes: str, state: State) -> None:
    whole = moved("look", head=f"@function_tool\ndef look({takes}):\n  return 1\n")
    assert said(whole, "def look")[0] is state
    assert [errors(one.graph) for one in whole.helpers] == ([[]] if state is CHECK else [])


def test_names_that_meet_in_code_stay_apart(with_code: WithCode) -> None:
    head = (
        "limit = 3\n@function_tool\ndef look(limit: int, look: str = 'x'):\n"
        "  return [limit, look]\n"
    )
    (helper,) = moved("look", head=head).helpers
    outcome, _ = play(helper.graph, {"limit": 9}, world=with_code)
    assert json.loads(str(outcome.answer)) == [9, "x"]
