"""Only plain JSON travels between steps, and sentences keep values short."""

import enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import StepFailed
from app.engine.values import canonical, clean
from app.engine.words import Part, count, listed, parts_of, said, short, strong

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=12,
)


@given(JSON)
def test_clean_gives_an_equal_fresh_copy(value: Any) -> None:
    fresh = clean(value, max_bytes=1_000_000)
    if "\x00" not in canonical(value) and "\\u0000" not in canonical(value):
        assert fresh == value
    if isinstance(value, list | dict):
        assert fresh is not value
    canonical(fresh).encode()


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": ("b", Colour.RED)}, {"a": ["b", "red"]}),
        ({1: 2}, {"1": 2}),
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ({"\x00": ["\udfff", 1, None]}, {"\ufffd": ["\ufffd", 1, None]}),
        ("\ud83d\ude00", "😀"),
        ("\\u0000", "\\u0000"),
    ],
)
def test_what_databases_cannot_hold_is_replaced(value: object, kept: object) -> None:
    assert clean(value, max_bytes=1_000) == kept


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"x", object(), {1, 2}, CIRCLE])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(StepFailed, match="only texts, numbers"):
        clean(value, max_bytes=1_000)


def test_what_is_too_large_is_refused() -> None:
    assert clean("é" * 400, max_bytes=1_000)
    with pytest.raises(StepFailed, match="more than 1 KB"):
        clean("é" * 500, max_bytes=1_000)
    with pytest.raises(StepFailed, match="more than 1 MB"):
        clean("x" * 1_000_001, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "yes"),
        (False, "no"),
        ([1], "1 item"),
        ({"a": 1, "b": 2}, "2 values"),
        (12.5, "12.5"),
        (12.0, "12"),
        ("  two\n words ", "two words"),
        ("", "an empty text"),
        ("x" * 70, "x" * 59 + "…"),
    ],
)
def test_values_are_said_shortly(value: object, words: str) -> None:
    assert short(value) == words


def test_sentences_remember_what_stands_out() -> None:
    sentence = said("Set ", strong("total"), "", " to ", strong(5))
    assert sentence == "Set total to 5"
    assert parts_of(sentence) == (
        Part("Set "),
        Part("total", strong=True),
        Part(" to "),
        Part("5", strong=True),
    )
    assert parts_of("plain") == (Part("plain"),)


def test_lists_and_counts() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")] == [
        "",
        "a",
        "a and b",
        "a, b or c",
    ]
    assert [count(1, "try", "tries"), count(2, "try", "tries"), count(1_000, "item")] == [
        "1 try",
        "2 tries",
        "1,000 items",
    ]
