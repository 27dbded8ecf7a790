"""Settings are read from forms as typed, checked in words, and settled once filled in."""

from typing import Any

import pytest

from app.engine.fields import (
    Choice,
    Conditions,
    Connection,
    Field,
    FieldRefused,
    FormFields,
    KeyValues,
    LongText,
    Number,
    Secret,
    Switch,
    Text,
    Value,
    whole_template,
)
from app.engine.values import Json

METHOD = Choice(label="Method", options=(("get", "GET"), ("post", "POST")))
WAIT = Number(label="Wait", minimum=1, maximum=9, whole=True, default=3)
ROWS = KeyValues(label="Rows", required=True, unique=True)
CONDITIONS = Conditions(label="Conditions", required=True)


@pytest.mark.parametrize(
    ("field", "form", "value"),
    [
        (Text(label="T"), {"f": " a "}, " a "),
        (Text(label="T"), {}, ""),
        (WAIT, {"f": " 5 "}, 5),
        (WAIT, {"f": "1.5"}, 1.5),
        (WAIT, {"f": ""}, None),
        (WAIT, {"f": "many"}, "many"),
        (WAIT, {"f": "inf"}, "inf"),
        (WAIT, {"f": "{{ trigger.n }}"}, "{{ trigger.n }}"),
        (METHOD, {"f": "post"}, "post"),
        (Switch(label="S"), {"f": "on"}, True),
        (Switch(label="S"), {}, False),
        (Switch(label="S"), {"f": "off"}, False),
        (Connection(label="C"), {"f": "c1"}, "c1"),
        (
            ROWS,
            {
                "f-10-name": " b ",
                "f-10-value": "2",
                "f-2-name": "a",
                "f-3-name": " ",
                "g-1-name": "x",
            },
            [{"name": "a", "value": ""}, {"name": "b", "value": "2"}],
        ),
        (ROWS, {"f-1-name": "a", "f-1-remove": "1", "f-x-name": "b"}, []),
        (
            CONDITIONS,
            {"f-match": "any", "f-0-value": "x", "f-0-operator": "contains", "f-1-operator": "is"},
            {"match": "any", "rows": [{"value": "x", "operator": "contains", "value2": ""}]},
        ),
        (CONDITIONS, {"f-match": "evil"}, {"match": "all", "rows": []}),
        (
            FormFields(label="F"),
            {
                "f-1-label": " Size ",
                "f-1-key": "size",
                "f-1-kind": "choice",
                "f-1-options": "small\r\n\r\n large ",
                "f-1-required": "on",
                "f-2-kind": "text",
            },
            [
                {
                    "label": "Size",
                    "key": "size",
                    "kind": "choice",
                    "required": True,
                    "options": ["small", "large"],
                    "hint": "",
                }
            ],
        ),
    ],
)
def test_a_posted_form_is_read_as_typed(field: Field, form: dict[str, str], value: Json) -> None:
    assert field.parse_form(form, "f") == value


def test_a_form_with_too_many_rows_is_cut() -> None:
    form = {f"f-{number}-name": "x" for number in range(300)}
    rows = ROWS.parse_form(form, "f")
    assert isinstance(rows, list)
    assert len(rows) == 100


@pytest.mark.parametrize(
    ("field", "value", "sentences"),
    [
        (Text(label="T"), "", []),
        (Text(label="T", required=True), "", ["“T” is empty."]),
        (Text(label="T", max_chars=3), "long", ["“T” can have 3 characters at most."]),
        (Text(label="T"), 5, ["“T” must be text."]),
        (LongText(label="T"), "a\nb", []),
        (Value(label="V", required=True), None, ["“V” is empty."]),
        (WAIT, 5, []),
        (WAIT, None, []),
        (WAIT, "{{ trigger.n }}", []),
        (WAIT, 0, ["“Wait” must be 1 or more."]),
        (WAIT, 10, ["“Wait” must be 9 or less."]),
        (WAIT, 2.5, ["“Wait” must be a whole number."]),
        (WAIT, True, ["“Wait” must be a number, and “yes” is none."]),
        (WAIT, "many", ["“Wait” must be a number, and “many” is none."]),
        (METHOD, "get", []),
        (METHOD, "put", ["“Method” is not one of its choices."]),
        (Switch(label="S", required=True), False, []),
        (Switch(label="S"), "on", ["“S” is neither on nor off."]),
        (Connection(label="C", required=True), "", ["“C” is empty."]),
        (Secret(label="C"), 5, ["“C” must be a connection."]),
        (ROWS, [{"name": "a", "value": 1}], []),
        (ROWS, [], ["“Rows” is empty."]),
        (ROWS, [{"name": " ", "value": 1}], ["Row 1 of “Rows” has no name."]),
        (
            ROWS,
            [{"name": "a", "value": 1}, {"name": "a", "value": 2}],
            ["“a” is in “Rows” twice; the later one would win."],
        ),
        (ROWS, [{"name": "a"}], ["“Rows” must be rows of a name and a value."]),
        (ROWS, {"a": 1}, ["“Rows” must be rows of a name and a value."]),
        (CONDITIONS, {"match": "all", "rows": []}, ["“Conditions” is empty."]),
        (CONDITIONS, [], ["“Conditions” must be rows of conditions."]),
        (CONDITIONS, {"match": "x", "rows": []}, ["“Conditions” must be rows of conditions."]),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "a", "operator": "like", "value2": "b"}]},
            ["Condition 1 compares in a way that is not known here."],
        ),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "", "operator": "is", "value2": "b"}]},
            ["Condition 1 does not say which value to look at."],
        ),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "a", "operator": "is", "value2": ""}]},
            [
                "Condition 1 does not say what to compare with. "
                "To look for an empty value, choose “is empty”."
            ],
        ),
        (
            CONDITIONS,
            {"match": "any", "rows": [{"value": "a", "operator": "is_empty", "value2": ""}]},
            [],
        ),
        (FormFields(label="F"), [], []),
        (FormFields(label="F"), [{"label": ""}], ["Question 1 has no label."]),
    ],
)
def test_faults_are_told_in_words(field: Field, value: Any, sentences: list[str]) -> None:
    assert field.check(value) == sentences


@pytest.mark.parametrize(
    ("field", "value", "settled"),
    [
        (Text(label="T"), 5.0, "5"),
        (Text(label="T"), None, ""),
        (Text(label="T"), ["a"], '["a"]'),
        (Value(label="V"), [1], [1]),
        (WAIT, "7", 7),
        (WAIT, "", 3),
        (WAIT, 2, 2),
    ],
)
def test_a_filled_in_value_is_settled(field: Field, value: Json, settled: Json) -> None:
    assert field.settle(value) == settled


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (Text(label="T", required=True), "  ", "“T” came out empty."),
        (Number(label="N", required=True), None, "“N” came out empty."),
        (WAIT, "many", "“Wait” must be a number, and “many” is none."),
        (WAIT, [1], "“Wait” must be a number, and “1 item” is none."),
    ],
)
def test_a_filled_in_value_that_misfits_is_refused(
    field: Field, value: Json, sentence: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        field.settle(value)
    assert refused.value.sentence == sentence


def test_every_kind_describes_itself_as_json_schema() -> None:
    fields = [
        Text(label="T", hint="h"),
        Value(label="V"),
        Number(label="N", minimum=1),
        WAIT,
        METHOD,
        Switch(label="S"),
        Connection(label="C"),
        ROWS,
        CONDITIONS,
        FormFields(label="F"),
    ]
    for field in fields:
        schema = field.json_schema()
        assert schema["title"] == field.label
    assert fields[0].json_schema()["description"] == "h"
    assert WAIT.json_schema()["type"] == "integer"


def test_new_steps_start_with_fresh_values() -> None:
    first, second = ROWS.initial(), ROWS.initial()
    assert first == second == []
    assert first is not second
    assert METHOD.initial() == "get"
    assert METHOD.words("post") == "POST"
    assert METHOD.words("gone") == "gone"
    assert FormFields(label="F").initial() == []
    assert not CONDITIONS.is_empty(CONDITIONS.initial())


def test_one_single_reference_is_known_as_such() -> None:
    assert whole_template(" {{ a.b }} ")
    assert not whole_template("{{ a }} {{ b }}")
    assert not whole_template("x {{ a }}")
    assert not whole_template(5)
