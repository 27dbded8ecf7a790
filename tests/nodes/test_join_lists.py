"""Two lists become one where a column of both holds the same."""

from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.nodes.join_lists import JoinLists
from tests.nodes.trying import tried

ORDERS = [
    {"no": 1, "customer": 7, "name": "Lamp"},
    {"no": 2, "customer": "8", "name": "Bulb"},
    {"no": 3, "customer": None, "name": "Shade"},
]
PEOPLE = [
    {"id": "7", "name": "Ada"},
    {"id": 7, "name": "Adam"},
    {"id": None, "name": "Nobody"},
    {"id": 9, "name": "Cleo"},
]


def joined(keep: str, **more: Any) -> Any:
    """Orders with their customers."""
    return tried(
        JoinLists(),
        **{
            "first": ORDERS,
            "first_column": "customer",
            "second": PEOPLE,
            "second_column": "id",
            "keep": keep,
            **more,
        },
    )


def test_matches_only() -> None:
    found = joined("matching")
    assert found["items"] == [
        {"no": 1, "customer": 7, "name": "Lamp", "id": "7", "name_2": "Ada"},
        {"no": 1, "customer": 7, "name": "Lamp", "id": 7, "name_2": "Adam"},
    ]
    assert (found["count"], found["matched"]) == (2, 1)


def test_all_of_the_first() -> None:
    found = joined("first")
    assert [one["no"] for one in found["items"]] == [1, 1, 2, 3]
    assert found["items"][2] == {
        "no": 2,
        "customer": "8",
        "name": "Bulb",
        "id": None,
        "name_2": None,
    }


def test_all_of_both() -> None:
    found = joined("both")
    assert [one.get("name_2") for one in found["items"]] == [
        "Ada",
        "Adam",
        None,
        None,
        "Nobody",
        "Cleo",
    ]


def test_a_shared_column_stands_once() -> None:
    second = [{"no": 1, "paid": True}, {"no": 5, "paid": False}]
    found = joined("both", second=second, first_column="no", second_column="")
    assert found["items"][0] == {"no": 1, "customer": 7, "name": "Lamp", "paid": True}
    assert found["items"][-1] == {"no": 5, "paid": False}


def test_what_cannot_be_joined_is_told() -> None:
    with pytest.raises(StepFailed, match="“Second list” must be a list"):
        joined("both", second="people")
    with pytest.raises(StepFailed, match="Item 2 of the list is empty"):
        joined("both", first=[{}, None])
    with pytest.raises(StepFailed, match="more than 100,000 items"):
        joined("matching", first=[{"customer": 1}] * 400, second=[{"id": 1}] * 400)
