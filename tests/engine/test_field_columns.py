"""Settings about columns are read from forms as typed and checked in words."""

from typing import Any

import pytest

from app.engine.field_columns import ColumnConditions, Columns, SortKeys, Summaries
from app.engine.fields import Code, Field
from app.engine.values import Json

COLUMNS = Columns(label="Columns", required=True)
KEYS = SortKeys(label="Sort by")
SUMS = Summaries(label="Work out")
CONDITIONS = ColumnConditions(label="Keep", required=True)


@pytest.mark.parametrize(
    ("field", "form", "value"),
    [
        (COLUMNS, {"f-2-name": " b ", "f-1-name": "a", "f-3-name": ""}, ["a", "b"]),
        (COLUMNS, {"f-1-name": "a", "f-1-remove": "yes"}, []),
        (
            KEYS,
            {"f-1-name": "a", "f-1-order": "down", "f-2-name": "b", "f-3-order": "up"},
            [{"name": "a", "order": "down"}, {"name": "b", "order": "up"}],
        ),
        (
            SUMS,
            {"f-1-name": "price", "f-1-how": "sum", "f-1-as": " total "},
            [{"name": "price", "as": "total", "how": "sum"}],
        ),
        (
            CONDITIONS,
            {"f-1-value": "price", "f-1-operator": "more_than", "f-1-value2": "5"},
            {"match": "all", "rows": [{"value": "price", "operator": "more_than", "value2": "5"}]},
        ),
        (Code(label="Code"), {"f": "{{1}}\n"}, "{{1}}\n"),
    ],
)
def test_a_posted_form_is_read_as_typed(field: Field, form: dict[str, str], value: Any) -> None:
    found = field.parse_form(form, "f")
    if field is COLUMNS:
        found = [row["name"] for row in found]  # type: ignore[index,union-attr,call-overload]
    assert found == value


@pytest.mark.parametrize(
    ("field", "value", "sentences"),
    [
        (COLUMNS, [{"name": "a"}], []),
        (COLUMNS, [], ["“Columns” is empty."]),
        (COLUMNS, [{"name": " "}], ["Row 1 of “Columns” names no column."]),
        (COLUMNS, ["a"], ["“Columns” must be rows that each name a column."]),
        (COLUMNS, {"a": 1}, ["“Columns” must be rows that each name a column."]),
        (KEYS, [], []),
        (
            KEYS,
            [{"name": "a", "order": "sideways"}],
            ["Row 1 of “Sort by” has a choice that is not known here."],
        ),
        (SUMS, [{"name": "a", "how": "list", "as": ""}], []),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "", "operator": "is", "value2": "x"}]},
            ["Condition 1 does not say which column to look at."],
        ),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "a", "operator": "odd", "value2": "x"}]},
            ["Condition 1 compares in a way that is not known here."],
        ),
        (
            CONDITIONS,
            {"match": "all", "rows": [{"value": "a", "operator": "is", "value2": ""}]},
            [
                "Condition 1 does not say what to compare with. "
                "To look for an empty value, choose “is empty”."
            ],
        ),
    ],
)
def test_faults_are_told_in_words(field: Field, value: Json, sentences: list[str]) -> None:
    assert field.check(value) == sentences


@pytest.mark.parametrize("field", [COLUMNS, KEYS, SUMS, CONDITIONS, Code(label="Code")])
def test_each_kind_has_a_schema_and_a_beginning(field: Field) -> None:
    assert field.json_schema()["title"] == field.label
    assert field.check(field.initial()) == Field.check(field, field.initial()) or field.required
