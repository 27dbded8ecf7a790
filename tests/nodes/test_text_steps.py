"""The steps for texts, and that no pattern can keep them busy."""

from time import monotonic
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.nodes.change_text import ChangeText
from app.nodes.find_in_text import FindInText
from app.nodes.join_text import JoinText
from app.nodes.replace_text import ReplaceText
from app.nodes.split_text import SplitText
from tests.nodes.trying import tried


def rows(**values: Any) -> list[dict[str, Any]]:
    """Rows of names and values."""
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("settings", "pieces"),
    [
        ({"text": "a\r\n\n b "}, ["a", "b"]),
        ({"text": "a\n\nb", "keep_empty": True}, ["a", "", "b"]),
        ({"text": " a  b\tc", "by": "words"}, ["a", "b", "c"]),
        ({"text": "a, b,,c", "by": "mark"}, ["a", "b", "c"]),
        ({"text": "a, b", "by": "mark", "trim": False}, ["a", " b"]),
        ({"text": "a1b22c", "by": "pattern", "mark": r"\d+"}, ["a", "b", "c"]),
        ({"text": ""}, []),
    ],
)
def test_a_text_is_split(settings: dict[str, Any], pieces: list[str]) -> None:
    assert tried(SplitText(), **settings) == {"items": pieces, "count": len(pieces)}


def test_a_split_needs_a_mark() -> None:
    kind = SplitText()
    assert kind.problems({"by": "lines", "mark": ""}) == []
    assert kind.problems({"by": "mark", "mark": ""}) == [("mark", "“Mark or pattern” is empty.")]
    assert kind.problems({"by": "pattern", "mark": "("})[0][1].startswith("The pattern “(”")
    assert kind.problems({"by": "pattern", "mark": "{{ x }}("}) == []
    with pytest.raises(StepFailed, match="came out empty"):
        tried(kind, text="a", by="mark", mark="")
    with pytest.raises(StepFailed, match="more than 100,000 pieces"):
        tried(kind, text="a " * 100_002, by="words")


@pytest.mark.parametrize(
    ("settings", "text", "count"),
    [
        ({"rows": rows(a="b", b="c")}, "cn Acc cc", 7),
        ({"rows": rows(A="x"), "ignore_case": True}, "xn xbb bx", 3),
        ({"rows": rows(**{r"(\w)b": r"[\1]"}), "by": "pattern"}, "an [A]b ba", 1),
        ({"rows": rows(**{"b+": r"\0!"}), "by": "pattern"}, "an Abb! b!a", 2),
        ({"rows": rows(**{".": r"\1"}), "ignore_case": True}, "an Abb ba", 0),
        ({"rows": rows(b="")}, "an A a", 3),
    ],
)
def test_text_is_replaced(settings: dict[str, Any], text: str, count: int) -> None:
    found = tried(ReplaceText(), text="an Abb ba", **settings)
    assert found == {"text": text, "count": count}


def test_a_replacement_that_cannot_be_made_is_told() -> None:
    kind = ReplaceText()
    assert kind.problems({"by": "pattern", "rows": rows(**{"(a": ""})})[0][0] == "rows"
    assert kind.problems({"by": "text", "rows": rows(**{"(a": ""})}) == []
    with pytest.raises(StepFailed, match=r"“\\2” names a group that the pattern lacks"):
        tried(kind, text="a", by="pattern", rows=rows(**{"(a)": r"\2"}))
    for more in ({}, {"ignore_case": True}, {"by": "pattern"}):
        with pytest.raises(StepFailed, match="The text grew beyond 1,000,000 characters"):
            tried(kind, text="a" * 100_000, rows=rows(a="b" * 100_000), **more)


@pytest.mark.parametrize(
    ("settings", "items"),
    [
        ({}, ["ada@example.org", "x@example.co.uk"]),
        ({"what": "address"}, ["https://example.org/a?b=1"]),
        ({"what": "number"}, ["1", "12,50", "24.12.2026"]),
        ({"what": "date"}, ["24.12.2026"]),
        ({"what": "between", "before": "No. ", "after": ":"}, ["1"]),
        ({"what": "between", "before": "EUR", "after": ""}, [", due 24.12.2026"]),
        ({"what": "between", "before": "", "after": " from"}, []),
        ({"what": "pattern", "pattern": "(?i)ORDER"}, ["Order"]),
        ({"what": "pattern", "pattern": "order", "ignore_case": True}, ["Order"]),
        ({"what": "pattern", "pattern": r"No\. (\d)"}, ["1"]),
        ({"what": "pattern", "pattern": r"(\d+),(\d+)"}, [["12", "50"]]),
        (
            {"what": "pattern", "pattern": r"(?P<day>\d+)\.(?P<month>\d+)\."},
            [{"day": "24", "month": "12"}],
        ),
        ({"what": "pattern", "pattern": "nowhere"}, []),
    ],
)
def test_what_fits_is_found(settings: dict[str, Any], items: list[Any]) -> None:
    text = (
        "Order No. 1: 12,50 EUR, due 24.12.2026"
        if settings
        else "Write to ada@example.org, or x@example.co.uk."
    )
    if settings.get("what") == "address":
        text = "See (https://example.org/a?b=1), please."
    found = tried(FindInText(), text=text, **settings)
    assert found["items"] == items
    assert found["found"] is bool(items)
    assert found["first"] == (items[0] if items else None)
    assert found["count"] == len(items)


def test_a_search_that_cannot_be_made_is_told() -> None:
    kind = FindInText()
    assert kind.problems({"what": "email"}) == []
    assert kind.problems({"what": "pattern", "pattern": "ok"}) == []
    assert kind.problems({"what": "between"}) == [
        ("before", "Write at least one of the two marks.")
    ]
    for pattern, sentence in (
        ("(?=a)b", "looks ahead or behind, which is not possible here"),
        (r"(a)\1", "cannot refer back to its groups"),
        ("(a", "cannot be read: missing )"),
        ("((a{100}){100}){100}", "cannot be read: invalid repetition size"),
        ("a" * 3_000, "more than 2,000 characters"),
    ):
        assert sentence in kind.problems({"what": "pattern", "pattern": pattern})[0][1]
        with pytest.raises(StepFailed) as failed:
            tried(kind, text="abc", what="pattern", pattern=pattern)
        assert sentence in failed.value.sentence
    with pytest.raises(StepFailed, match="more than 100,000 times"):
        tried(kind, text="1 " * 100_001, what="pattern", pattern="1")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a*)*c", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    began = monotonic()
    tried(FindInText(), text="a" * 50_000 + "!", what="pattern", pattern=pattern)
    tried(ReplaceText(), text="a" * 50_000 + "!", by="pattern", rows=rows(**{pattern: "x"}))
    tried(SplitText(), text="a" * 50_000 + "!", by="pattern", mark=pattern)
    assert monotonic() - began < 20


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"how": "trim"}, "ada's  Größe\nis 7"),
        ({"how": "single"}, "ada's Größe is 7"),
        ({"how": "upper"}, " ADA'S  GRÖSSE\nIS 7 "),
        ({"how": "lower"}, " ada's  größe\nis 7 "),
        ({"how": "title"}, " Ada's  Größe\nIs 7 "),
        ({"how": "slug"}, "ada-s-grosse-is-7"),
        ({"how": "digits"}, "7"),
        ({"how": "shorten", "length": 6}, " ada'…"),
        ({"how": "shorten", "length": 60}, " ada's  Größe\nis 7 "),
        ({"how": "pad_start", "length": 20}, "0 ada's  Größe\nis 7 "),
        ({"how": "pad_end", "length": 20, "fill": "ab"}, " ada's  Größe\nis 7 a"),
        ({"how": "pad_end", "length": 2, "fill": ""}, " ada's  Größe\nis 7 "),
        ({"how": "sentence"}, " ada's  Größe\nis 7 "),
    ],
)
def test_a_text_is_changed(settings: dict[str, Any], text: str) -> None:
    found = tried(ChangeText(), text=" ada's  Größe\nis 7 ", **settings)
    assert found == {"text": text, "length": len(text)}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "a, 2, b"),
        ({"between": "line"}, "a\n2\nb"),
        ({"between": "own", "mark": " | ", "keep_empty": True}, "a | 2 |  | b"),
        ({"between": "and"}, "a, 2 and b"),
        ({"between": "and", "word": "or", "items": ["a"]}, "a"),
        ({"column": "n", "items": [{"n": 1}, {"n": None}, {"n": "x"}]}, "1, x"),
        ({"items": []}, ""),
    ],
)
def test_texts_are_joined(settings: dict[str, Any], text: str) -> None:
    assert tried(JoinText(), **{"items": ["a", 2, "", "b"], **settings})["text"] == text
