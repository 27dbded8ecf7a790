"""The examples are agents like any other: they check clean and run on a person's own words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agents.models import Agent
from app.data_tables.models import DataTable
from app.engine.check import problems
from app.engine.graph import Step
from app.engine.model_port import Answer, Ask
from app.engine.ports import Ports
from app.engine.problem import Known
from app.engine.states import Reason, RunStatus
from app.engine.table_port import TableCard, TableColumn
from app.engine.values import Json
from app.gallery.examples import Example, all_examples, by_key
from app.llm.practice import PracticeModel
from app.nodes.catalogue import CATALOGUE
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.engine.flows import World, play
from tests.nodes.tooling import Memory

EXAMPLES = {example.key: example for example in all_examples()}


def test_there_are_eight() -> None:
    assert len(EXAMPLES) == 8
    assert by_key("no such example") is None


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.key)
def test_an_example_has_no_problems(example: Example) -> None:
    assert problems(example.graph, CATALOGUE, known=Known()) == ()


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.key)
def test_an_example_reaches_no_network(example: Example) -> None:
    assert "http_request" not in {step.type for step in example.graph.steps}


@pytest.mark.parametrize(
    ("key", "answers", "status", "said"),
    [
        (
            "sort-an-enquiry",
            {"name": "Maria", "message": "My lamp is BROKEN"},
            RunStatus.SUCCESS,
            "Complaint, for Customer care, within 4 hours.",
        ),
        (
            "sort-an-enquiry",
            {"name": "Maria", "message": "Where is my parcel?"},
            RunStatus.SUCCESS,
            "Order question, for Sales",
        ),
        (
            "sort-an-enquiry",
            {"name": "Maria", "message": "Hello"},
            RunStatus.SUCCESS,
            "Something else, for Front desk",
        ),
        (
            "check-an-order",
            {"customer": "Anders", "amount": "100", "country": "Spain", "express": "on"},
            RunStatus.SUCCESS,
            "To pay: 133.90",
        ),
        (
            "check-an-order",
            {"customer": "Anders", "amount": "100", "country": "France", "express": ""},
            RunStatus.SUCCESS,
            "To pay: 123.90",
        ),
        (
            "check-an-order",
            {"customer": "Anders", "amount": "7200", "country": "Spain"},
            RunStatus.FAILED,
            "at most 5,000. This one is 7200.00.",
        ),
        (
            "check-an-order",
            {"customer": "Anders", "amount": "10", "country": "Somewhere else"},
            RunStatus.FAILED,
            "Ask Anders for an address there.",
        ),
        (
            "split-a-bill",
            {"total": "86.40", "people": "4", "tip": "10"},
            RunStatus.SUCCESS,
            "Each of 4 pays 23.76. That includes a tip of 8.64 in all.",
        ),
        (
            "split-a-bill",
            {"total": "90", "people": "3", "tip": ""},
            RunStatus.SUCCESS,
            "Each of 3 pays 30.00.",
        ),
        ("split-a-bill", {"total": "90", "people": "0"}, RunStatus.FAILED, "You entered 0."),
        (
            "price-a-list",
            {"customer": "Anders", "lines": "Table lamp; 89; 2\nBulb; 4.5; 10"},
            RunStatus.SUCCESS,
            "Anders ordered 2 × Table lamp: 178.00, 10 × Bulb: 45.00.",
        ),
        (
            "price-a-list",
            {"customer": "Anders", "lines": "Table lamp; 89; 2\nBulb; dear; 10"},
            RunStatus.FAILED,
            "Line 2 cannot be read.",
        ),
        (
            "approve-a-refund",
            {"customer": "Maria", "amount": "12", "reason": "Cracked"},
            RunStatus.SUCCESS,
            "Maria gets 12 back at once.",
        ),
    ],
)
def test_an_example_answers_as_it_promises(
    key: str, answers: dict[str, str], status: RunStatus, said: str
) -> None:
    outcome, _ = play(EXAMPLES[key].graph, answers)
    assert outcome.status is status
    assert said in str(outcome.answer if status is RunStatus.SUCCESS else outcome.error)


def test_a_large_refund_waits_for_a_yes() -> None:
    graph = EXAMPLES["approve-a-refund"].graph
    outcome, notebook = play(graph, {"customer": "Maria", "amount": "84", "reason": "Cracked"})
    assert (outcome.status, outcome.reason) == (RunStatus.WAITING, Reason.APPROVAL)
    asked = next(iter(notebook.pauses.values())).detail
    assert asked["title"] == "Refund 84 to Maria?"


class Rules:
    """A model port behind which the practice model answers."""

    def answer(self, model: str, ask: Ask) -> Answer:
        """The whole answer."""
        return PracticeModel().answer(ask)

    def stream(self, model: str, ask: Ask) -> Iterator[str | Answer]:
        """The answer in pieces."""
        return PracticeModel().stream(ask)


class Practising(World):
    """A world in which the practice model answers, and one table stands."""

    def ports(self, step: Step, iteration: str) -> Ports:
        """Doors, two of them to the model and the table."""
        stock = EXAMPLES["ask-about-the-stock"].tables[0]
        names = [name.lower().replace(" ", "_") for name, _ in stock.columns]
        rows = [dict(zip(names, row, strict=True)) for row in stock.rows]
        columns = tuple(TableColumn(name, name, "text", ()) for name in names)
        tables = Paper(TableCard(stock.name, columns), rows)
        doors = super().ports(step, iteration)
        return replace(doors, models=Rules(), tables=tables, memory=Memory())  # type: ignore[arg-type]  # paper


@dataclass
class Paper:
    """A table on paper, in which every row fits."""

    about: TableCard
    rows: list[dict[str, Json]]

    def card(self, table_id: str) -> TableCard:
        """What it is."""
        return self.about

    def find(self, table_id: str, conditions: Json, *, sort: str, limit: int) -> list[Json]:
        """All of them."""
        return [{"id": str(at), **row} for at, row in enumerate(self.rows)][:limit]


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("My lamp arrived with a cracked shade.", "Complaint"),
        ("Where is my parcel?", "Order question"),
        ("Which bulb fits the desk lamp?", "Advice"),
        ("Hello there", "None of these"),
    ],
)
def test_an_enquiry_is_sorted_drafted_and_asked_about(message: str, category: str) -> None:
    answers = {"name": "Maria Lopez", "email": "maria@harbour.example", "message": message}
    graph = EXAMPLES["answer-an-enquiry"].graph
    outcome, notebook = play(graph, answers, world=Practising())
    assert (outcome.status, outcome.reason) == (RunStatus.WAITING, Reason.APPROVAL)
    asked = next(iter(notebook.pauses.values())).detail
    assert asked["title"] == "Send this to Maria Lopez?"
    assert f"Maria Lopez wrote ({category})" in asked["text"]
    assert message.rstrip(".?") in json.dumps(asked["values"])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many harbour lanterns are in stock?", "- Harbour lantern: in stock 12, price 89"),
        ("What does the desk lamp in our stock cost?", "- Desk lamp Pine: in stock 4, price 129"),
        ("What is in stock?", "- Storm lantern: in stock 0, price 74"),
    ],
)
def test_the_stock_is_looked_up(question: str, said: str) -> None:
    graph = EXAMPLES["ask-about-the-stock"].graph
    trigger = {"text": question, "conversation": "", "files": []}
    outcome, _ = play(graph, trigger, world=Practising())
    assert outcome.status is RunStatus.SUCCESS
    assert said in str(outcome.answer)


def test_the_stock_comes_with_its_table_and_can_be_talked_to(
    app: Flask, session: Session, cast: Cast
) -> None:
    ben = Browser(sign_in(app.test_client(), session, cast.ben))
    page = "/w/harbour-pine/examples"
    for slug in ("ask-about-the-stock", "ask-about-the-stock-2"):
        added = ben.send(page, page, example="ask-about-the-stock")
        assert added.location == f"/w/harbour-pine/chats/with/{slug}"
    session.rollback()
    made = session.scalars(select(DataTable).order_by(DataTable.name)).all()
    assert [one.name for one in made] == ["Lamps in stock", "Lamps in stock 2"]
    assert {one.row_count for one in made} == {5}
    agents = session.scalars(select(Agent).where(Agent.name == "Ask about the stock")).all()
    assert [one.is_on for one in agents] == [True, True]
    used = {json.dumps(one.active_version.flow_graph.graph_json) for one in agents}  # type: ignore[union-attr]
    assert all(any(str(table.id) in graph for graph in used) for table in made)
    assert "How many harbour lanterns" in ben.get(added.location).text
    simple = ben.get("/w/harbour-pine/agents/ask-about-the-stock/simple")
    assert simple.status_code in (200, 302, 303)


def test_an_example_becomes_an_agent(app: Flask, session: Session, cast: Cast) -> None:
    ben = Browser(sign_in(app.test_client(), session, cast.ben))
    page = "/w/harbour-pine/examples"
    added = ben.send(page, page, example="split-a-bill")
    assert added.location == "/w/harbour-pine/agents/split-a-bill"
    assert "Work out the sums" in ben.get(added.location).text
    assert ben.send(page, page, example="no such example").status_code == 404


def test_a_viewer_may_not(app: Flask, session: Session, cast: Cast) -> None:
    cleo = sign_in(app.test_client(), session, cast.cleo)
    assert cleo.get("/w/harbour-pine/examples").status_code == 403
