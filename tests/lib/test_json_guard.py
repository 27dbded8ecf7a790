"""JSON from outside: what passes, what is refused, and how fast the refusal comes."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.json_guard import JsonRefused, parse

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('abc \\"{[', max_size=5), inner)
    ),
    max_leaves=20,
)


@given(plain)
def test_it_reads_what_json_writes(value: object) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert parse(b"\xef\xbb\xbf[1]") == parse("\ufeff[1]") == [1]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{"a": 1,\n "b" 2}', 2, 6, "a colon is missing"),
        ("[1, 2", 1, 6, "a comma or a closing bracket is missing"),
        ("", 1, 1, "a value is missing"),
        ("[1] x", 1, 5, "more text after the end"),
        ('["a\nb"]', 1, 4, "line break or tab"),
        ('["a', 1, 2, "not written correctly"),
        ('["\\x"]', 1, 3, "not written correctly"),
        ("{a: 1}", 1, 2, "a name in double quotes is missing"),
        ('{"NaN": [1,\n  NaN]}', 2, 3, "NaN"),
        ("[-Infinity]", 1, 2, "-Infinity"),
        ("[" * 33 + "]" * 33, 1, 33, "more than 32 levels"),
    ],
)
def test_trouble_says_where_it_is(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(JsonRefused, match=words) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": {"b": 1, "b": 1}}', "“b” stands twice"),
        ('{"a": 1, "\\u0061": 2}', "“a” stands twice"),
        ('[{"__proto__": {}}]', "“__proto__” is not allowed"),
        ('{"__pro\\u0074o__": 1}', "“__proto__” is not allowed"),
        ('["a\\u0000b"]', "cannot be kept"),
        ('{"\\u0000": 1}', "cannot be kept"),
        ('["\\ud83d"]', "cannot be kept"),
        ('{"a": ["\\uDE00"]}', "cannot be kept"),
        ("[1e999]", "too large to keep"),
        ("[-1e999]", "too large to keep"),
        ("[" + "9" * 5000 + "]", "too many digits"),
        (b"\xff\xfe[\x001\x00]\x00", "not text in UTF-8"),
        (b'["\xed\xa0\x80"]', "not text in UTF-8"),
    ],
)
def test_what_would_hurt_later_is_refused(text: str | bytes, words: str) -> None:
    with pytest.raises(JsonRefused, match=words):
        parse(text)


def test_pairs_and_escaped_backslashes_pass() -> None:
    assert parse('["\\ud83d\\ude00", "\\\\u0000", "\\\\ud800"]') == ["😀", "\\u0000", "\\ud800"]


def test_brackets_in_texts_are_not_depth() -> None:
    assert parse('["' + "[{" * 100 + '", "\\"' + "[" * 50 + '"]')
    assert parse("[" + "[1]," * 500 + "[1]]")


@pytest.mark.parametrize("before", ['"\\""', '"\\\\"', '"a\\"b\\"[{"', '"]]"', '"é{"'])
def test_no_text_hides_what_is_nested_behind_it(before: str) -> None:
    with pytest.raises(JsonRefused, match="nested more than 32 levels"):
        parse(f"[{before}," + "[" * 40 + "]" * 41)


def test_the_depth_is_the_callers_choice() -> None:
    assert parse("[[1]]", max_depth=2) == [[1]]
    with pytest.raises(JsonRefused, match="more than 1 levels"):
        parse("[[1]]", max_depth=1)


@pytest.mark.parametrize("text", ['"' + "a" * 20 + '"', '"' + "é" * 10 + '"'])
def test_the_size_is_counted_in_bytes(text: str) -> None:
    assert parse(text, max_bytes=22)
    for given_text in (text, text.encode()):
        with pytest.raises(JsonRefused, match="larger than"):
            parse(given_text, max_bytes=21)


@pytest.mark.parametrize(
    "text",
    ["[" * 1_999_999, '\\"' * 999_999, '["' + '\\"' * 900_000, '{"a":' * 390_000, '"' * 1_999_999],
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    started = process_time()
    with pytest.raises(JsonRefused):
        parse(text)
    assert process_time() - started < 2


def test_lists_and_groups_count_alike_as_depth() -> None:
    deep = '{"a": [' * 8 + "]}" * 8
    assert parse(deep, max_depth=16)
    with pytest.raises(JsonRefused, match="more than 15 levels"):
        parse(deep, max_depth=15)


def test_brackets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(JsonRefused):
        parse("[" * 20 + "}" * 20, max_depth=40)
