"""The steps without effect: what they give, what they tell, what they offer to later steps."""

from typing import Any

import pytest

from app.engine.attempt import closed_ports
from app.engine.errors import StepFailed
from app.engine.ports import UTC, Ports
from app.engine.states import RunMode
from app.engine.step_type import StepType
from app.engine.values import Json
from app.lib import clock
from app.lib.safe_http import HttpCall, HttpRefused
from app.nodes.answer import Answer
from app.nodes.if_step import If
from app.nodes.set_values import SetValues
from app.nodes.start_form import StartForm, inputs_of
from app.nodes.stop_with_error import StopWithError

PORTS: Ports = closed_ports(clock.now, RunMode.LIVE, UTC)
QUESTIONS: list[Json] = [
    {"label": "Amount", "key": "amount", "kind": "number", "required": True},
    {"label": "Gift", "key": "gift", "kind": "switch"},
    {"label": "Note", "key": "note", "kind": "text"},
]


def rows(**values: Json) -> list[Json]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in values.items()]


def test_a_form_begins_a_run_with_settled_answers() -> None:
    kind = StartForm()
    begun = kind.begin({"inputs": QUESTIONS}, {"amount": "12,5", "gift": "on", "evil": 1})
    assert begun.value == {"amount": 12.5, "gift": True, "note": None}
    assert kind.tell({"inputs": QUESTIONS}, {"amount": 12.5, "gift": True}) == (
        "Read the form: Amount 12.5 and 1 more answer"
    )
    assert (
        kind.tell({"inputs": QUESTIONS}, {"amount": 0, "gift": False}) == "Read the form: Amount 0"
    )
    assert kind.tell({"inputs": []}, {}) == "Started"
    assert kind.offers({"inputs": QUESTIONS}) == {
        "amount": "Amount",
        "gift": "Gift",
        "note": "Note",
    }
    assert [one.key for one in inputs_of({})] == []


@pytest.mark.parametrize("payload", [None, [], "x", {"amount": "many"}])
def test_answers_that_misfit_are_refused_together(payload: Json) -> None:
    with pytest.raises(StepFailed, match="“Amount”") as failed:
        StartForm().begin({"inputs": QUESTIONS}, payload)
    assert not failed.value.can_retry


def test_a_start_is_never_run() -> None:
    with pytest.raises(StepFailed, match="only be the beginning"):
        StartForm().run({}, PORTS)


def test_values_get_names() -> None:
    kind = SetValues()
    assert kind.run({"values": rows(total=5, **{" text ": "x"})}, PORTS).value == {
        "total": 5,
        "text": "x",
    }
    assert kind.tell({}, {"total": 5}) == "Set total to 5"
    assert kind.tell({}, {"total": 5, "text": "x"}) == "Worked out 2 values"
    assert kind.offers({"values": rows(total=5)}) == {"total": "total"}
    assert kind.offers({"values": rows(**{"{{ x }}": 5})}) is None
    assert kind.offers({"values": None}) == {}


@pytest.mark.parametrize(
    ("value", "operator", "value2", "way", "told"),
    [
        (12, "more_than", 10, "yes", "Found that 12 is more than 10"),
        (9, "more_than", 10, "no", "Found that 9 is not more than 10"),
        ("", "is_empty", "", "yes", "Found that an empty text is empty"),
    ],
)
def test_a_condition_chooses_the_way(
    value: Json, operator: str, value2: Json, way: str, told: str
) -> None:
    row = {"value": value, "operator": operator, "value2": value2}
    given: dict[str, Any] = {"conditions": {"match": "all", "rows": [row]}}
    output = If().run(given, PORTS)
    assert output.port == way
    assert isinstance(output.value, dict)
    assert If().tell(given, output.value) == told
    given["conditions"]["rows"].append(row)
    assert If().tell(given, output.value) == f"Compared 2 conditions with the answer {way}"
    assert [port.id for port in If().ports_out({})] == ["yes", "no"]


def test_a_run_stops_with_a_sentence_of_ones_own() -> None:
    with pytest.raises(StepFailed, match=r"^The order number is missing\.$") as failed:
        StopWithError().run({"sentence": " The order number is missing. "}, PORTS)
    assert not failed.value.can_retry
    assert StopWithError().ports_out({}) == ()


def test_an_answer_is_a_text_or_values() -> None:
    kind = Answer()
    text = kind.run({"kind": "text", "text": "Each pays 5."}, PORTS)
    assert text.value == {"answer": "Each pays 5."}
    assert kind.tell({}, {"answer": "Each pays 5."}) == "Answered “Each pays 5.”"
    values = kind.run({"kind": "values", "values": rows(a=1)}, PORTS)
    assert values.value == {"answer": {"a": 1}}
    assert kind.tell({}, {"answer": {"a": 1}}) == "Answered with 1 value"


def test_an_answer_that_is_nothing_but_files_stays_files() -> None:
    settle = Answer.fields["text"].settle
    chart: Json = {
        "file": "0190a000-0000-7000-8000-000000000001",
        "name": "chart.png",
        "media_type": "image/png",
        "size": 3,
    }
    assert settle(chart) == chart
    assert settle([chart, chart]) == [chart, chart]
    others: list[Json] = [{"file": "chart.png"}, [chart, "and"]]
    assert all(isinstance(settle(other), str) for other in others)
    assert Answer().tell({}, {"answer": chart}) == "Answered with 1 file"
    assert Answer().tell({}, {"answer": [chart, chart]}) == "Answered with 2 files"


def test_steps_without_effect_reach_no_host() -> None:
    with pytest.raises(HttpRefused, match="declares no effect"):
        PORTS.http.send(HttpCall(method="GET", url="https://x.example"), None)
    PORTS.log("info", "nobody hears")
    assert PORTS.cancelled() is False


def test_a_kind_says_little_by_default() -> None:
    class Plain(StepType):
        """A plain step.

        With more to say.
        """

        title = "Plain"

    assert Plain().summary == "A plain step."
    assert Plain().tell({}, {}) == "Did Plain"
    assert Plain().doing({}) == ""
    assert Plain().is_repeatable({})
    assert Plain().problems({}) == []
    with pytest.raises(NotImplementedError):
        Plain().run({}, PORTS)
