"""Values against JSON schemas, and prices."""

from decimal import Decimal
from typing import Any

import pytest

from app.llm.json_answers import NotAsAsked, values_in
from app.llm.port import Usage
from app.llm.prices import PRICES_OF, Price, cost_usd, list_price
from app.llm.providers import PROVIDERS
from app.llm.schema_check import faults, fitted
from app.llm.wanted import schema_of

ROWS = [
    {"name": "total", "kind": "number", "required": True, "description": "", "inside": []},
    {"name": "note", "kind": "text", "required": False, "description": "why", "inside": []},
    {
        "name": "items",
        "kind": "groups",
        "required": True,
        "description": "",
        "inside": [{"name": "n", "kind": "whole", "required": False, "description": ""}],
    },
]


def test_rows_become_a_schema_in_which_every_name_stands() -> None:
    schema: Any = schema_of(ROWS)
    assert schema["required"] == ["total", "note", "items"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["note"] == {"type": ["string", "null"], "description": "why"}
    assert schema["properties"]["items"]["items"]["properties"]["n"]["type"] == ["integer", "null"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"note": None, "items": []}, "“total” is missing."),
        ({"total": "x", "note": None, "items": []}, "“total” should be a number."),
        ({"total": True, "note": None, "items": []}, "“total” should be a number."),
        ({"total": 1, "note": 2, "items": []}, "“note” should be a text or null."),
        ({"total": 1, "note": None, "items": [{"n": 1.5}]}, "“items[0].n” should be a whole"),
        ({"total": 1, "note": None, "items": [], "more": 1}, "“more” was not asked for."),
        ([], "The answer should be a group of values."),
    ],
)
def test_what_does_not_fit_is_said(value: Any, words: str) -> None:
    assert any(one.startswith(words) for one in faults(value, schema_of(ROWS)))


def test_what_is_only_written_differently_is_put_right() -> None:
    written = {"total": "12.5", "items": [{"n": "3"}, {"n": "null"}], "more": 1}
    value = fitted(written, schema_of(ROWS))
    assert value == {"total": 12.5, "items": [{"n": 3}, {"n": None}], "note": None}
    assert list(faults(value, schema_of(ROWS))) == []


def test_values_are_found_between_words() -> None:
    said = 'Sure! Here you are: {"total": 1, "note": "a", "items": []} Anything else?'
    assert values_in(said, schema_of(ROWS)) == {"total": 1, "note": "a", "items": []}
    with pytest.raises(NotAsAsked, match="not JSON"):
        values_in("{oh no}", schema_of(ROWS))


def test_prices_are_looked_up_by_name_also_when_it_bears_a_day() -> None:
    usage = Usage(1_000_000, 100_000)
    assert cost_usd("openai", "gpt-6.1-terra-2026-10-01", usage) == Decimal("1.5")
    assert cost_usd("openai", "a-model-of-ours", usage) is None
    own = Price(Decimal(2), Decimal(0))
    assert cost_usd("openai", "a-model-of-ours", usage, own=own) == Decimal(2)
    assert cost_usd("ollama", "anything", usage) == cost_usd("practice", "practice", usage) == 0


@pytest.mark.parametrize("provider", [one for one in PROVIDERS.values() if one.models])
def test_every_model_that_is_suggested_has_a_price(provider: Any) -> None:
    for one in provider.models:
        price = list_price(provider.id, one.name)
        assert price is not None, (one.name, PRICES_OF)
        assert price.input_usd <= price.output_usd
