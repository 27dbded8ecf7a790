"""The steps for lists: what they give, and one sentence for what they cannot work with."""

from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.engine.step_type import Output, StepType
from app.nodes.choose_columns import ChooseColumns
from app.nodes.combine_lists import CombineLists
from app.nodes.filter_list import FilterList
from app.nodes.group_list import GroupList
from app.nodes.limit_list import LimitList
from app.nodes.list_items import MAX_ITEMS
from app.nodes.remove_duplicates import RemoveDuplicates
from app.nodes.sort_list import SortList
from app.nodes.split_out import SplitOut
from tests.nodes.trying import PORTS, listening, tried

ORDERS: list[Any] = [
    {"no": 1, "who": "Ada", "price": 20, "address": {"city": "Bonn"}},
    {"no": 2, "who": "Ben", "price": "9.5", "address": {"city": "Köln"}},
    {"no": 3, "who": "ada ", "price": None, "address": None},
    {"no": 4, "who": "Cleo", "price": 100},
]


def numbers(found: Any) -> list[int]:
    """Which orders came out."""
    return [one["no"] for one in found["items"]]


def where(*rows: tuple[str, str, Any], match: str = "all") -> dict[str, Any]:
    """Conditions as the setting holds them."""
    return {
        "match": match,
        "rows": [{"value": a, "operator": b, "value2": c} for a, b, c in rows],
    }


def names(*found: str) -> list[dict[str, str]]:
    """Rows of columns."""
    return [{"name": one} for one in found]


def test_columns_are_kept_renamed_and_removed() -> None:
    kind = ChooseColumns()
    rows = [{"name": "who", "value": "customer"}, {"name": "address.city", "value": "city"}]
    found = tried(kind, items=ORDERS[:2], what="keep", columns=rows)
    assert found["items"] == [
        {"customer": "Ada", "city": "Bonn"},
        {"customer": "Ben", "city": "Köln"},
    ]
    found = tried(kind, items=ORDERS[2:], what="keep", columns=rows)
    assert found["items"][0] == {"customer": "ada ", "city": None}
    renamed = tried(kind, items=ORDERS[3:], what="rename", columns=rows)
    assert renamed["items"] == [{"no": 4, "customer": "Cleo", "price": 100}]
    removed = tried(kind, items=ORDERS[3:], what="remove", removed=names("no", "who", "x"))
    assert removed == {"items": [{"price": 100}], "count": 1}


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        (where(("price", "more_than", 10)), [1, 4]),
        (where(("price", "more_than", "9")), [1, 2, 4]),
        (where(("price", "is_empty", "")), [3]),
        (where(("address.city", "is", "bonn")), [1]),
        (where(("who", "is", "ADA"), ("price", "is_not_empty", "")), [1]),
        (where(("who", "is", "Ben"), ("no", "at_least", 4), match="any"), [2, 4]),
        (where(("nothing", "is_empty", "")), [1, 2, 3, 4]),
    ],
)
def test_items_that_fit_are_kept(conditions: Any, kept: list[int]) -> None:
    found = tried(FilterList(), items=ORDERS, conditions=conditions)
    assert numbers(found) == kept
    assert found["count"] + found["left_out"] == 4
    assert FilterList().tell({}, found) == f"Kept {len(kept)} of 4 items"


def test_plain_items_are_called_item() -> None:
    found = tried(FilterList(), items=[3, "x", 12], conditions=where(("item", "more_than", 5)))
    assert found["items"] == [12]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([("price", "up")], [2, 1, 4, 3]),
        ([("price", "down")], [4, 1, 2, 3]),
        ([("who", "up"), ("no", "down")], [3, 1, 2, 4]),
        ([("address.city", "up")], [1, 2, 3, 4]),
    ],
)
def test_a_list_is_sorted(keys: list[tuple[str, str]], order: list[int]) -> None:
    rows = [{"name": name, "order": way} for name, way in keys]
    assert numbers(tried(SortList(), items=ORDERS, keys=rows)) == order


@pytest.mark.parametrize(
    ("items", "order"),
    [
        (["file 10", "File 9", "", None, "file 1"], ["file 1", "File 9", "file 10", "", None]),
        (["10", 9, "8.5", -1], [-1, "8.5", 9, "10"]),
        (["Zoe", "Österreich", "oslo", "Peru"], ["oslo", "Österreich", "Peru", "Zoe"]),
        (["2026-03-01", "1.2.2026", "2026-01-31T10:00:00+01:00"], None),
        (["b", 2, "2026-01-01", [1], {"a": 1}], [2, "2026-01-01", "b", [1], {"a": 1}]),
        (["99.99.2026", "1.1.2026"], ["1.1.2026", "99.99.2026"]),
        ([True, False], [False, True]),
    ],
)
def test_values_have_their_natural_order(items: list[Any], order: list[Any] | None) -> None:
    found = tried(SortList(), items=items)["items"]
    assert found == (order if order is not None else list(reversed(items[1:])) + items[:1])


@pytest.mark.parametrize(
    ("end", "most", "skip", "taken"),
    [
        ("first", 2, 0, [1, 2]),
        ("first", 2, 3, [4]),
        ("first", 0, 0, []),
        ("last", 2, 0, [3, 4]),
        ("last", 2, 1, [2, 3]),
        ("last", 9, 9, []),
        ("first", 9, None, [1, 2, 3, 4]),
    ],
)
def test_a_part_of_a_list_is_taken(end: str, most: int, skip: int, taken: list[int]) -> None:
    assert numbers(tried(LimitList(), items=ORDERS, end=end, most=most, skip=skip)) == taken


def test_each_is_kept_once() -> None:
    kind = RemoveDuplicates()
    first = tried(kind, items=ORDERS, columns=names("who"))
    assert (numbers(first), first["removed"]) == ([1, 2, 4], 1)
    assert numbers(tried(kind, items=ORDERS, columns=names("who"), keep="last")) == [2, 3, 4]
    assert tried(kind, items=[1, "1", {"a": 1}, {"a": 1}, "x", "X "])["items"] == [1, {"a": 1}, "x"]


def test_groups_have_sums() -> None:
    sums = [
        {"how": how, "name": "price", "as": ""}
        for how in ("sum", "average", "min", "max", "filled", "different", "first", "last", "list")
    ]
    found = tried(GroupList(), items=ORDERS, columns=names("who"), sums=sums)
    assert found["count"] == 3
    assert found["items"][0] == {
        "who": "Ada",
        "count": 2,
        "sum_price": 20,
        "average_price": 20,
        "min_price": 20,
        "max_price": 20,
        "filled_price": 1,
        "different_price": 1,
        "first_price": 20,
        "last_price": 20,
        "list_price": [20],
    }
    total = {"how": "sum", "name": "price", "as": " total "}
    whole = tried(GroupList(), items=ORDERS, sums=[total], with_items=True)["items"][0]
    assert (whole["count"], whole["total"], whole["items"]) == (4, 129.5, ORDERS)
    assert tried(GroupList(), items=[], sums=[total])["items"] == [{"count": 0, "total": 0}]
    with pytest.raises(StepFailed, match="In the column “who”: “Ada” is not a number"):
        tried(GroupList(), items=ORDERS, sums=[{"how": "sum", "name": "who", "as": ""}])


def test_cents_add_up() -> None:
    items = [{"price": 0.1}] * 3
    sums = [{"how": "sum", "name": "price", "as": "total"}]
    assert tried(GroupList(), items=items, sums=sums)["items"][0]["total"] == 0.3


def test_lists_are_put_together() -> None:
    kind = CombineLists()
    assert tried(kind, first=[1], second=["a", "b"])["items"] == [1, "a", "b"]
    beside = tried(kind, how="beside", first=[{"a": 1, "b": 2}], second=[{"b": 3}, {"b": 4}])
    assert beside["items"] == [{"a": 1, "b": 3}, {"b": 4}]
    with pytest.raises(StepFailed, match="Item 1 of the list is the text “x”"):
        tried(kind, how="beside", first=["x"], second=[])


def test_inner_lists_are_split_out() -> None:
    kind = SplitOut()
    items = [{"no": 1, "lines": ["a", "b"]}, {"no": 2, "lines": None}, {"no": 3, "lines": "c"}]
    assert tried(kind, items=items, column="lines")["items"] == [
        {"no": 1, "lines": "a"},
        {"no": 1, "lines": "b"},
        {"no": 3, "lines": "c"},
    ]
    assert tried(kind, items=items, column="lines", keep="alone")["items"] == ["a", "b", "c"]
    assert tried(kind, items=[[1, 2], [3], 4])["items"] == [1, 2, 3, 4]
    with pytest.raises(StepFailed, match="more than 100,000 items"):
        tried(kind, items=[[0] * 60_000] * 2)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("some text", "“List” must be a list, and it is the text “some text”."),
        (5, "“List” must be a list, and it is the value “5”."),
        ({"rows": [1]}, "it is a group of values. It has a list under “rows”."),
        ({}, "“List” must be a list, and it is a group of values."),
        ("[1, 2", "“List” looks like a list in JSON. This is not valid JSON"),
        ([0] * (MAX_ITEMS + 1), "“List” has 100,001 items; a step takes 100,000 at most."),
    ],
)
@pytest.mark.parametrize("kind", [FilterList(), SortList(), LimitList(), GroupList(), SplitOut()])
def test_what_is_no_list_is_told(kind: StepType, value: Any, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(kind, items=value, conditions=where(("a", "is", "b")))
    assert sentence in failed.value.sentence
    assert not failed.value.can_retry


def test_nothing_is_an_empty_list_and_json_text_is_read() -> None:
    assert tried(SortList(), items=None)["items"] == []
    assert tried(SortList(), items="[2, 1]")["items"] == [1, 2]


def test_a_column_that_is_not_there_is_noted() -> None:
    ports, heard = listening()
    keys = [{"name": "prise", "order": "up"}]
    found = tried(SortList(), ports, items=ORDERS, keys=keys)
    assert numbers(found) == [1, 2, 3, 4]
    assert heard == [
        "warning: No item has the column “prise”. The first has “no”, “who”, “price” and “address”."
    ]
    with pytest.raises(StepFailed, match="There is no column “price”: the first item is the value"):
        tried(SortList(), items=[1, 2], keys=[{"name": "price", "order": "up"}])
    with pytest.raises(StepFailed, match="Item 1 of the list is the value “1”, not a group"):
        tried(ChooseColumns(), items=[1], what="remove", removed=names("a"))


@pytest.mark.parametrize(
    ("kind", "settings", "count"),
    [
        (FilterList(), {"conditions": where(("n", "less_than", 10))}, 1_000),
        (SortList(), {"keys": [{"name": "t", "order": "down"}]}, MAX_ITEMS),
        (
            GroupList(),
            {"columns": names("n"), "sums": [{"how": "sum", "name": "n", "as": ""}]},
            1_000,
        ),
        (RemoveDuplicates(), {"columns": names("n")}, 1_000),
    ],
)
def test_long_lists_are_worked_through(
    kind: StepType, settings: dict[str, Any], count: int
) -> None:
    items = [{"n": n % 1_000, "t": f"row {n}"} for n in range(MAX_ITEMS)]
    output = kind.run({**kind.initial_fields(), "items": items, **settings}, PORTS)
    assert isinstance(output, Output)
    assert output.value["count"] == count  # type: ignore[index,call-overload]
