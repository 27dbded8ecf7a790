"""Formulas and code out of plain words, and that what cannot run never stands in a step."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.composing import composer
from app.composing.around import missing_in
from app.engine.graph import Graph, Step
from app.engine.model_port import ModelFailed
from app.lib.sandbox import Sandbox
from app.nodes.catalogue import CATALOGUE
from tests.composing.flows import AROUND
from tests.composing.wishing import Planted, by_rules, wish


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    yield made
    made.close()


def flow(kind: str, note: str, *names: str) -> Graph:
    rows: Any = [{"name": name, "value": "1"} for name in names]
    fields = {**CATALOGUE[kind].initial_fields(), "values": rows}
    return Graph(steps=(Step("step0001", kind, "work", "Work it out", fields=fields, note=note),))


def written(graph: Graph, *answers: Any, sandbox: Sandbox | None = None) -> str:
    model = Planted(*answers) if answers else Planted({})
    made = composer.fill_in_code(
        graph, wish("work it out"), model, "", is_practice=not answers, sandbox=sandbox
    )
    step = made.steps[0]
    return str(step.fields["expression" if step.type == "formula" else "code"])


@pytest.mark.parametrize(
    ("words", "names", "given", "result"),
    [
        ("Add 19% VAT to the net price", ("net_price",), {"net_price": 100}, 119.0),
        ("Take off 15 % discount", ("price",), {"price": 80}, 68.0),
        ("Work out the total", ("price", "quantity"), {"price": 2.5, "quantity": 4}, 10.0),
        ("Multiply hours and rate", ("hours", "rate"), {"hours": 3, "rate": 50}, 150),
        ("Add up rent and power", ("rent", "power"), {"rent": 500, "power": 80}, 580),
        ("Income minus costs", ("costs", "income"), {"costs": 3, "income": 10}, 7),
        ("The average of a and b", ("a", "b"), {"a": 2, "b": 4}, 3.0),
        ("The larger of both", ("a", "b"), {"a": 2, "b": 4}, 4),
        ("Join first name and last name", ("first_name", "last_name"),
         {"first_name": "Ana", "last_name": "Ruiz"}, "Ana Ruiz"),
    ],
)  # fmt: skip
def test_known_sums(
    sandbox: Sandbox, words: str, names: tuple[str, ...], given: Any, result: object
) -> None:
    text = written(flow("formula", words, *names), sandbox=sandbox)
    done = sandbox.run(f"({text}\n)", given, time_s=5, memory_bytes=16_000_000)
    assert done.value == result


def test_known_code(sandbox: Sandbox) -> None:
    text = written(flow("code", "How many days between start and end", "start", "end"))
    given: Any = {"start": "2026-11-01", "end": "2026-11-22"}
    assert sandbox.run(text, given, time_s=5, memory_bytes=64_000_000).value == 21


def test_what_no_pattern_knows_stays_empty_and_is_told() -> None:
    graph = by_rules("Calculate the price with VAT when I enter a net price").graph
    made = composer.fill_in_code(graph, wish("x"), Planted({}), "", is_practice=True)
    assert made == graph
    assert any("“Formula” is empty." in one for one in missing_in(made, AROUND))
    full = by_rules("Add 19% VAT to a net price that I enter").graph
    made = composer.fill_in_code(full, wish("x"), Planted({}), "", is_practice=True)
    assert missing_in(made, AROUND) == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "price * * 2"},
        {"text": "unknown + 1"},
        {"text": "__import__('os').system('id')"},
        {"text": "(" * 5_000},
        {"text": "x" * 2_000_000},
        {"text": ""},
        {"text": 3},
        "no JSON",
        None,
        ModelFailed("The answer is not JSON.", "answer"),
    ],
)
def test_a_bad_formula_never_stands_in_a_step(bad: Any) -> None:
    assert written(flow("formula", "Double it", "price"), bad) == ""


def test_a_fault_goes_back_once(sandbox: Sandbox) -> None:
    model = Planted({"text": "cost * 2"}, {"text": "```python\nprice * 2\n```"})
    graph = flow("formula", "Double it", "price")
    made = composer.fill_in_code(graph, wish("x"), model, "", is_practice=False, sandbox=sandbox)
    assert made.steps[0].fields["expression"] == "price * 2"
    assert "no value of this name" in model.asked[1].messages[-1].text


@pytest.mark.parametrize(
    "bad",
    [
        "import os\nos.listdir()",
        "from subprocess import run",
        "def x(:\n  pass",
        "class A: pass\n  x",
    ],
)
def test_bad_code_never_stands_in_a_step(bad: str, sandbox: Sandbox) -> None:
    assert written(flow("code", "Do it", "text"), {"text": bad}, sandbox=sandbox) == ""


def test_what_the_sandbox_cannot_read_is_told(sandbox: Sandbox) -> None:
    good = "total = 0\nfor row in rows:\n    total += row['n']\nreturn total"
    assert written(flow("code", "Sum n", "rows"), {"text": good}, sandbox=sandbox) == good


def test_what_is_written_already_stays() -> None:
    graph = flow("formula", "Double it", "price")
    step = graph.steps[0]
    kept = Graph(steps=(replace(step, fields={**step.fields, "expression": "1"}),))
    assert written(kept, {"text": "price * 2"}) == "1"
