"""The examples are agents like any other: they check clean and run on a person's own words."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.engine.check import problems
from app.engine.problem import Known
from app.engine.states import Reason, RunStatus
from app.gallery.examples import Example, all_examples, by_key
from app.nodes.catalogue import CATALOGUE
from tests.accounts.browser import Browser
from tests.cast import Cast, sign_in
from tests.engine.flows import play

EXAMPLES = {example.key: example for example in all_examples()}


def test_there_are_six() -> None:
    assert len(EXAMPLES) == 6
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
