"""Settings are read once and filled in per run; what cannot be filled in fails in words."""

from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, KeyValues, Number, Text, Value
from app.engine.given import Settings

FIELDS: dict[str, Field] = {
    "mode": Choice(label="Mode", options=(("a", "A"), ("b", "B"))),
    "wait": Number(label="Wait", default=3, maximum=9),
    "only_b": Text(label="Only b", required=True, only_if=("mode", frozenset({"b"}))),
    "rows": KeyValues(label="Rows"),
    "any": Value(label="Any"),
}
ROOTS: dict[str, Any] = {"trigger": {"n": 7, "list": [1], "big": "x" * 900_000}, "now": "later"}


def given(**typed: Any) -> dict[str, Any]:
    """The settings, filled in."""
    return Settings(FIELDS, typed).fill(ROOTS)


def test_what_is_left_out_has_its_default() -> None:
    assert given() == {"mode": "a", "wait": 3, "only_b": "", "rows": [], "any": ""}


def test_references_are_filled_in_wherever_they_stand() -> None:
    rows = [{"name": "{{ trigger.n }}", "value": "{{ trigger.list }}"}, {"name": "b", "value": 5}]
    filled = given(wait="{{ trigger.n }}", rows=rows, any={"a": ["{{ trigger.n }}", "b"]})
    assert filled["wait"] == 7
    assert filled["rows"] == [{"name": 7, "value": [1]}, {"name": "b", "value": 5}]
    assert filled["any"] == {"a": [7, "b"]}


def test_settings_that_do_not_apply_stay_as_typed() -> None:
    assert given(only_b="{{ trigger.gone }}")["only_b"] == "{{ trigger.gone }}"
    assert given(mode="b", only_b="{{ trigger.n }}")["only_b"] == "7"


def test_the_time_is_asked_for_only_where_it_is_used() -> None:
    assert Settings(FIELDS, {"any": "{{ now }}"}).roots == {"now"}
    assert Settings(FIELDS, {"any": "{{ trigger.n }} {{ vars.x }}"}).roots == {"trigger", "vars"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mode": "b"}, "“Only b” came out empty."),
        ({"wait": "{{ trigger.list }}"}, "“Wait” must be a number, and “1 item” is none."),
        ({"wait": "many"}, "“Wait” must be a number, and “many” is none."),
        ({"wait": 10}, "“Wait” must be 9 or less."),
        ({"any": "{{ trigger.m }}"}, "“Any”: There is no “m” in trigger. It has n, list, big."),
        ({"any": "{{ trigger"}, "“Any”: A {{ has no }} behind it."),
        ({"any": ["{{ trigger.big }}"] * 3}, "“Any” became larger than 2 MB."),
        (
            {"any": {"a": "{{ trigger.big }}", "b": ["{{ trigger.big }}"] * 9}},
            "“Any” became larger than 2 MB.",
        ),
    ],
)
def test_what_cannot_be_filled_in_fails_in_words(typed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        given(**typed)
    assert failed.value.sentence == sentence
    assert not failed.value.can_retry
