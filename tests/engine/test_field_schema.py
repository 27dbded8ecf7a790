"""The setting that says what shape a value has."""

import pytest
from werkzeug.datastructures import MultiDict

from app.engine.field_schema import Schema
from app.engine.shape import as_schema
from app.engine.values import Json

FIELD = Schema(label="Expected values")


def row(name: str, kind: str = "text", inside: list[Json] | None = None, **more: Json) -> Json:
    """One row; without `inside` given as None it is an inner one."""
    own: dict[str, Json] = {"name": name, "kind": kind, "required": False, "description": ""}
    return {**own, **({} if inside is None else {"inside": inside}), **more}


def test_rows_come_out_of_a_form() -> None:
    typed = MultiDict(
        {
            "set-s-1-name": " number ",
            "set-s-1-kind": "whole",
            "set-s-1-required": "on",
            "set-s-1-description": "Of the order",
            "set-s-3-name": "buyer",
            "set-s-3-kind": "group",
            "set-s-3-in-1-name": "town",
            "set-s-3-in-1-kind": "text",
            "set-s-3-in-2-name": "",
            "set-s-3-in-2-kind": "text",
            "set-s-4-name": "gone",
            "set-s-4-remove": "yes",
            "set-s-5-name": "",
            "set-s-5-kind": "text",
        }
    )
    assert FIELD.parse_form(typed, "set-s") == [
        row("number", "whole", [], required=True, description="Of the order"),
        row("buyer", "group", [row("town")]),
    ]


def test_what_was_inside_a_group_goes_with_it() -> None:
    typed = MultiDict({"s-1-name": "a", "s-1-kind": "text", "s-1-in-1-name": "b"})
    assert FIELD.parse_form(typed, "s") == [row("a", "text", [])]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("text", "must be rows"),
        ([{"name": "a"}], "must be rows"),
        ([row("", "text", [], description="What?")], "Row 1 of “Expected values” has no name."),
        ([row("a", "text", []), row("a", "number", [])], "“a” is in “Expected values” twice."),
        ([row("a", "colour", [])], "has a kind that is not known here"),
        ([row("a", "group", [row("b", "group")])], "has a kind that is not known here"),
        ([row("a", "group", [row("b"), row("b")])], "“b” is in “Expected values” of “a” twice."),
        ([row("a", "group", ["b"])], "must be rows"),
    ],
)
def test_what_is_wrong_is_said(value: Json, sentence: str) -> None:
    assert any(sentence in one for one in FIELD.check(value))


def test_good_rows_are_fine() -> None:
    assert FIELD.check([row("a", "groups", [row("b", "number")]), row("c", "texts", [])]) == []
    assert FIELD.check([]) == []


def test_it_is_a_json_schema_too() -> None:
    rows = [
        row("number", "whole", [], required=True, description="Of the order"),
        row("lines", "groups", [row("sku", required=True)]),
        row("tags", "texts", []),
    ]
    sku = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
    assert as_schema(rows) == {  # type: ignore[arg-type]
        "type": "object",
        "properties": {
            "number": {"type": "integer", "description": "Of the order"},
            "lines": {"type": "array", "items": sku},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["number"],
    }
