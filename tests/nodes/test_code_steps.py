"""Formulas and code: results, sentences with lines, and limits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.lib.sandbox import Sandbox
from app.nodes.code import RunCode
from app.nodes.formula import Formula
from tests.nodes.trying import PORTS, listening, tried


@pytest.fixture(scope="module")
def doors() -> Iterator[Ports]:
    sandbox = Sandbox()
    yield replace(PORTS, sandbox=sandbox)
    sandbox.close()


def rows(**values: Any) -> list[dict[str, Any]]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("price * quantity * 1.19", 23.8),
        ("0.1 + 0.2", 0.3),
        ('"large" if price > 9 else "small"', "large"),
        ("sum([one['n'] for one in lines])", 3),
        ("round(\n  price / 3, # a third\n  2)", 3.33),
        ("postcode + '!'", "01234!"),
        ("max(price, quantity), None", [10, None]),
    ],
)
def test_a_formula_is_worked_out(doors: Ports, expression: str, value: Any) -> None:
    values = rows(price="10", quantity=2, postcode="01234", lines=[{"n": 1}, {"n": 2}])
    assert tried(Formula(), doors, expression=expression, values=values) == {"value": value}


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("x + 1", "The formula cannot be worked out: there is no value called “x” here."),
        ("1 / 0", "The formula cannot be worked out: something is divided by zero."),
        ("y = 1", "The formula cannot be worked out: this cannot be read as Python"),
        ("1 +\nx", "Line 2: there is no value called “x” here."),
        ("[0] * 10 ** 8", "The formula needed more than 16 MB of memory."),
        ("[n for n in range(10 ** 9) if n < 0]", "The formula took longer than 1 second."),
        ("float('inf')", "The result cannot be passed on: a number in it"),
    ],
)
def test_a_formula_that_fails_says_why(doors: Ports, expression: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(Formula(), doors, expression=expression)
    assert failed.value.sentence.startswith(sentence)
    assert not failed.value.can_retry


def test_code_gives_its_last_line_and_what_it_printed(doors: Ports) -> None:
    code = "total = 0\nfor one in orders:\n    total += one['price']\nprint('done')\ntotal"
    ports, heard = listening(doors)
    found = tried(RunCode(), ports, code=code, values=rows(orders=[{"price": 2}, {"price": 3}]))
    assert found == {"value": 5, "printed": "done\n"}
    assert heard == ["info: done"]
    assert tried(RunCode(), doors, code="x", values=rows(x="5"))["value"] == "5"


def test_code_knows_the_time_zone(doors: Ports) -> None:
    here = replace(doors, timezone=ZoneInfo("Asia/Kolkata"))
    code = "import datetime\nstr(datetime.datetime.now().astimezone().utcoffset())"
    assert tried(RunCode(), here, code=code)["value"] == "5:30:00"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("a = 1\nb = 2\nc", "Line 3: there is no value called “c” here."),
        ("while True: pass", "The code took longer than 1 second."),
        ("x = [0] * 10 ** 9", "Line 1: the code needed more than 16 MB of memory."),
        ("def f(x):\n  return x['a']\nf({})", "Line 2: there is no “a” in this group of values."),
    ],
)
def test_code_that_fails_says_where(doors: Ports, code: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(RunCode(), doors, code=f"{code}", time_s=1, memory_mb=16)
    assert failed.value.sentence == sentence


def test_what_was_printed_before_a_failure_is_shown(doors: Ports) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(RunCode(), doors, code="print('so far')\n1 / 0")
    assert failed.value.output == {"printed": "so far\n"}


@pytest.mark.parametrize("name", ["two words", "1st", "class", "__x", "a-b"])
def test_names_must_be_names(doors: Ports, name: str) -> None:
    sentence = f"“{name}” cannot be a name here."
    for kind in (Formula(), RunCode()):
        [(field, said)] = kind.problems({"values": rows(**{name: 1, "fine": 2})})
        assert (field, said.startswith(sentence)) == ("values", True)
        assert kind.problems({"values": None}) == []
        with pytest.raises(StepFailed, match="cannot be a name here"):
            tried(kind, doors, expression="1", code="1", values=rows(**{name: 1}))
