"""Values are settled to the kind of their column, or refused in a sentence."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.data_tables.cells import CellRefused, fold, settle, shown
from app.data_tables.columns import (
    Column,
    ColumnKind,
    TableRefused,
    check_columns,
    find_column,
    fresh_key,
    need_column,
    read_options,
)
from app.engine.values import Json

OSLO = ZoneInfo("Europe/Oslo")


def column(kind: ColumnKind, name: str = "Price") -> Column:
    """A column of this kind."""
    return Column("c", name, kind, ("New", "Sent back") if kind is ColumnKind.CHOICE else ())


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", " as typed ", " as typed "),
        ("text", 48213.0, "48213"),
        ("text", "   ", None),
        ("number", "12", 12),
        ("number", "12,5", 12.5),
        ("number", " -0.5 ", -0.5),
        ("number", "1.234,50", 1234.5),
        ("number", "1,234.50", 1234.5),
        ("number", "1 234 567", 1234567),
        ("number", "1.234.567", 1234567),
        ("number", "1e3", 1000),
        ("number", 12.0, 12),
        ("number", None, None),
        ("yes_no", "Yes", True),
        ("yes_no", "0", False),
        ("yes_no", False, False),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "22.11.2026", "2026-11-22"),
        ("date", "1. 2. 2026", "2026-02-01"),
        ("date", "11/22/2026", "2026-11-22"),
        ("date", "22/11/2026", "2026-11-22"),
        ("date", "2026/11/22", "2026-11-22"),
        ("date", "2026-11-22T23:30:00+00:00", "2026-11-23"),
        ("moment", "2026-11-22 14:30", "2026-11-22T13:30:00+00:00"),
        ("moment", "2026-11-22T14:30:09.9Z", "2026-11-22T14:30:09+00:00"),
        ("moment", "22.11.2026 9:05", "2026-11-22T08:05:00+00:00"),
        ("moment", "2026-07-01", "2026-06-30T22:00:00+00:00"),
        ("choice", "sent BACK", "Sent back"),
        ("choice", "", None),
    ],
)
def test_it_settles(kind: str, typed: Json, kept: Json) -> None:
    found = settle(column(ColumnKind(kind)), typed, OSLO)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", ["a"], "“Price” takes a text, and 1 item came."),
        ("number", "12x", "“12x” in “Price” is not a number."),
        ("number", "1,234", "could be read in two ways"),
        ("number", True, "“yes” in “Price” is not a number."),
        ("number", "NaN", "not a number"),
        ("number", "1" * 16, "more than 15 digits"),
        ("number", 1e300, "more than 15 digits"),
        ("number", {}, "not a number"),
        ("yes_no", "perhaps", "“perhaps” in “Price” is neither yes nor no."),
        ("yes_no", [], "neither yes nor no"),
        ("date", "soon", "“soon” in “Price” is not a date, such as 2026-11-30."),
        ("date", "30.02.2026", "is not a date"),
        ("date", "05/06/2026", "Write it as 2026-06-05 or 2026-05-06."),
        ("date", 20261122, "is not a date"),
        ("moment", "2026-11-22 25:00", "is not a date with a time"),
        ("moment", "0001-01-01T00:00:00+14:00", "is too far away"),
        ("choice", "Blue", "not one of its choices: “New” or “Sent back”."),
    ],
)
def test_what_does_not_fit_is_named(kind: str, typed: Json, words: str) -> None:
    with pytest.raises(CellRefused) as refused:
        settle(column(ColumnKind(kind)), typed, OSLO)
    assert words in refused.value.sentence


@pytest.mark.parametrize("kind", ColumnKind)
@given(typed=st.none() | st.text(max_size=40) | st.integers() | st.floats() | st.booleans())
def test_what_is_kept_comes_back_the_same(kind: ColumnKind, typed: Json) -> None:
    one = column(kind)
    try:
        kept = settle(one, typed, OSLO)
    except CellRefused:
        return
    if kind is not ColumnKind.TEXT:
        assert settle(one, shown(one, kept, OSLO), OSLO) == kept or kind is ColumnKind.NUMBER
    assert settle(one, kept, OSLO) == kept


def test_people_read_values_as_they_are() -> None:
    assert shown(column(ColumnKind.MOMENT), "2026-11-22T13:30:00+00:00", OSLO) == (
        "2026-11-22 14:30:00"
    )
    assert shown(column(ColumnKind.YES_NO), False, OSLO) == "no"
    assert shown(column(ColumnKind.NUMBER), 0.1, OSLO) == "0.1"
    assert shown(column(ColumnKind.TEXT), None, OSLO) == ""


def test_folding_leaves_case_and_accents_away() -> None:
    assert fold("Ärger mit ÅSE Straße") == "arger mit ase strasse"
    assert fold("№ 日本") == "no 日本"


def test_keys_are_made_of_names() -> None:
    assert fresh_key("Order number", []) == "order_number"
    assert fresh_key("Order number", ["order_number"]) == "order_number_2"
    assert fresh_key("id", []) == "id_2"
    assert fresh_key("2026", []) == "column_2026"
    assert fresh_key("日本", []) == "column"
    assert len(fresh_key("x" * 90, ["x" * 40])) <= 40


def test_columns_are_found_by_key_or_name() -> None:
    columns = (Column("a", "Order number"), Column("order_number", "Other"))
    assert find_column(columns, "order NUMBER") == columns[0]
    assert find_column(columns, "order_number") == columns[1]
    with pytest.raises(
        TableRefused, match=r"no column “Colour”\. The table has “Order number” and"
    ):
        need_column(columns, "Colour")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([], "at least one column"),
        ([Column("a", " ")], "Column 1 has no name"),
        ([Column("a", "A"), Column("b", "a")], "Two columns are called “a”"),
        ([Column("a", "x" * 61)], "too long"),
        ([Column("a", "A", ColumnKind.CHOICE)], "Name the choices of “A”"),
        ([Column("a", "A", ColumnKind.CHOICE, ("x" * 81,))], "A choice of “A” is too long"),
        ([Column(f"a{n}", f"A{n}") for n in range(101)], "100 columns at most"),
    ],
)
def test_columns_that_no_table_can_have(columns: list[Column], words: str) -> None:
    with pytest.raises(TableRefused, match=words):
        check_columns(columns)


def test_choices_are_typed_one_a_line() -> None:
    assert read_options(" New \n\nSent\nNew\n") == ("New", "Sent")
