"""Values are compared as people mean them."""

from typing import Any

import pytest

from app.engine.conditions import OPERATORS, holds, row_holds


@pytest.mark.parametrize(
    ("value", "operator", "value2", "result"),
    [
        ("Ada", "is", " ada ", True),
        ("Ada", "is_not", "Ben", True),
        (5, "is", "5.0", True),
        ("007", "is", "7", False),
        (None, "is", "", True),
        (True, "is", "true", True),
        ([1, 2], "is", [1, 2], True),
        ({"a": 1}, "is", {"a": 1}, True),
        ("A late parcel", "contains", "LATE", True),
        (["a", 5], "contains", "5", True),
        (["a"], "contains", "b", False),
        ({"price": 1}, "contains", "price", True),
        ("abc", "contains_not", "x", True),
        ("abc", "starts_with", "AB", True),
        ("abc", "ends_with", "bc", True),
        ("9", "less_than", "10", True),
        (10, "more_than", 9.5, True),
        (0.1 + 0.2, "more_than", 0.3, True),
        (5, "at_least", "5", True),
        (5, "at_most", 4, False),
        ("2026-11-30", "more_than", "2026-11-22", True),
        ("2026-11-30T10:00:00+00:00", "more_than", "2026-11-22", False),
        ("many", "more_than", 3, False),
        ("many", "less_than", 3, False),
        (None, "at_most", 3, False),
        ("nan", "at_most", 3, False),
        (True, "more_than", 0, False),
        ("  ", "is_empty", None, True),
        (0, "is_empty", None, False),
        ([], "is_empty", None, True),
        ("x", "is_not_empty", None, True),
        ("Yes", "is_yes", None, True),
        (True, "is_yes", None, True),
        (False, "is_no", None, True),
        ("", "is_no", None, True),
    ],
)
def test_one_condition(value: Any, operator: str, value2: Any, result: bool) -> None:
    assert row_holds({"value": value, "operator": operator, "value2": value2}) is result


YES, NO = ({"value": word, "operator": "is", "value2": "yes"} for word in ("yes", "no"))


@pytest.mark.parametrize(
    ("rows", "match", "result"),
    [
        ([YES, NO], "all", False),
        ([YES, NO], "any", True),
        ([NO, NO], "any", False),
        ([YES, YES], "all", True),
        ([], "all", True),
        ([], "any", True),
    ],
)
def test_several_conditions(rows: list[dict[str, str]], match: str, result: bool) -> None:
    assert holds(rows, match) is result


def test_every_operator_has_words_for_both_cases() -> None:
    for operator in OPERATORS.values():
        assert operator.words != operator.words_not
