"""The questions of a form, and answers that fit them or are told why not."""

from typing import Any

import pytest

from app.engine.form_inputs import InputKind, read_answers, read_inputs, settle_answers
from app.engine.values import Json


def question(kind: str, **more: Any) -> dict[str, Any]:
    """One question with the key `it`."""
    return {"label": "It", "key": "it", "kind": kind, **more}


def settled(kind: str, answer: object, **more: Any) -> tuple[Json, str]:
    """The settled answer to one question, and what is wrong with it."""
    inputs, problems = read_inputs([question(kind, **more)])
    assert problems == ()
    good, wrong = settle_answers(inputs, {"it": answer, "not_asked": 1})
    return good.get("it"), wrong.get("it", "")


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("text", " Ada ", "Ada"),
        ("text", 5, "5"),
        ("text", "", None),
        ("text", None, None),
        ("long_text", " a\n", " a\n"),
        ("number", "12,50", 12.5),
        ("number", "12", 12),
        ("number", 3.0, 3),
        ("number", " ", None),
        ("switch", "on", True),
        ("switch", False, False),
        ("switch", None, False),
        ("email", "ana@example.org", "ana@example.org"),
        ("date", "2026-11-30", "2026-11-30"),
    ],
)
def test_an_answer_that_fits_becomes_a_value(kind: str, answer: object, value: Json) -> None:
    assert settled(kind, answer) == (value, "")


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"),
    [
        ("text", ["a"], "“It” must be text."),
        ("text", True, "“It” must be text."),
        ("text", "x" * 20_001, "“It” can have 20,000 characters at most."),
        ("number", "many", "“It” must be a number."),
        ("number", "1e999", "“It” must be a number."),
        ("number", True, "“It” must be a number."),
        ("number", [], "“It” must be a number."),
        ("email", "ana@example", "“It” must be an e-mail address, such as ana@example.org."),
        ("date", "30.11.2026", "“It” must be a date, such as 2026-11-30."),
    ],
)
def test_an_answer_that_misfits_is_told(kind: str, answer: object, sentence: str) -> None:
    assert settled(kind, answer) == (None, sentence)


def test_a_number_that_reads_in_two_ways_is_asked_again() -> None:
    value, sentence = settled("number", "1,234")
    assert value is None
    assert sentence == "“It” could be read in two ways. Write it without the comma."
    assert settled("number", "12,5") == (12.5, "")


def test_needed_answers_and_choices() -> None:
    assert settled("text", "  ", required=True) == (None, "“It” is needed.")
    assert settled("switch", "", required=True) == (None, "“It” must be ticked.")
    assert settled("choice", "b", options=["a", "b"]) == ("b", "")
    assert settled("choice", "c", options=["a", "b"])[1] == "“It” must be one of its choices."


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("x", "The questions must be a list."),
        ([3], "The questions must be a list."),
        ([{}] * 51, "A form can have 50 questions at most."),
        (
            [{"label": "A", "key": "a", "code": "x"}],
            "Question 1 has a part that is not known here.",
        ),
        ([{"label": " ", "key": "a"}], "Question 1 has no label."),
        (
            [{"label": "A", "key": "A b"}],
            "“A” needs a key of small letters, digits and _, such as order_number.",
        ),
        ([{"label": "A", "key": "a"}] * 2, "Two questions have the key a."),
        ([question("colour")], "“It” asks for something that is not known here."),
        ([question("choice", options=[1, 2])], "The choices of “It” must be texts."),
        ([question("choice")], "“It” needs 2 choices at least and 100 at most."),
    ],
)
def test_questions_that_make_no_sense_are_told(rows: Any, sentence: str) -> None:
    assert read_inputs(rows) == ((), (sentence,)) or read_inputs(rows)[1] == (sentence,)


def test_a_posted_form_is_read_by_key() -> None:
    inputs, _ = read_inputs([question("switch"), {"label": "N", "key": "n"}])
    assert read_answers(inputs, {"it": "on"}) == {"it": True, "n": ""}
    assert read_answers(inputs, {"n": "x", "evil": "y"}) == {"it": False, "n": "x"}


def test_every_kind_has_words() -> None:
    assert {kind.words for kind in InputKind} >= {"Short text", "Yes or no"}


FILE = {
    "file": "01939f00-0000-7000-8000-000000000000",
    "name": "June.XLSX",
    "media_type": "x/y",
    "size": 5,
}


def test_a_file_is_taken_as_its_value() -> None:
    rows = [{"label": "List", "key": "list", "kind": "file", "options": ["XLSX", ".csv"]}]
    inputs, problems = read_inputs(rows)
    assert problems == ()
    assert inputs[0].options == (".xlsx", ".csv")
    assert settle_answers(inputs, {"list": FILE}) == ({"list": FILE}, {})
    assert settle_answers(inputs, {"list": ""}) == ({"list": None}, {})
    _, wrong = settle_answers(inputs, {"list": {**FILE, "name": "June.exe"}})
    assert wrong["list"] == "“List” must be a file of the kind .xlsx or .csv."
    for other in ("June.xlsx", {"file": "x"}, {**FILE, "file": "../x"}, {**FILE, "size": "5"}):
        _, wrong = settle_answers(inputs, {"list": other})
        assert wrong["list"] == "“List” must be a file."
    rows[0]["options"] = ["*.xlsx"]
    assert "by their endings" in read_inputs(rows)[1][0]
