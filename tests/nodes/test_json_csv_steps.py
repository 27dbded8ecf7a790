"""JSON and CSV, to values and back."""

from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.nodes.make_csv import MakeCsv
from app.nodes.make_json import MakeJson
from app.nodes.parse_csv import ParseCsv
from app.nodes.parse_json import ParseJson
from tests.nodes.trying import tried


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, null]}', {"a": [1, None]}),
        ('\n```json\n{"a": 1}\n```\n', {"a": 1}),
        ("```\n[1]```", [1]),
        ({"a": 1}, {"a": 1}),
        ([1], [1]),
        (5, 5),
    ],
)
def test_json_is_read(text: Any, value: Any) -> None:
    assert tried(ParseJson(), text=text) == {"value": value}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{'a': 1}", "at line 1, column 2, a name in double quotes is missing"),
        ("", "a value is missing"),
        ("[" * 40 + "]" * 40, "nested more than 32 levels deep"),
        ('"' + "x" * 2_000_001 + '"', "larger than 2 MB"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("NaN", "not a value that JSON knows"),
        ("```\n" + " " * 1_000_000, "a value is missing"),
    ],
)
def test_what_is_no_json_is_told(text: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(ParseJson(), text=text)
    assert sentence in failed.value.sentence
    assert not failed.value.can_retry


def test_json_is_made() -> None:
    assert tried(MakeJson(), value={"ä": [1]}) == {"text": '{"ä": [1]}'}
    rows = [{"name": " a ", "value": 1}, {"name": "b", "value": "x"}]
    found = tried(MakeJson(), what="values", values=rows, pretty=True)
    assert found == {"text": '{\n  "a": 1,\n  "b": "x"\n}'}


@pytest.mark.parametrize(
    ("text", "settings", "items"),
    [
        ("a,b\n1,2\n", {}, [{"a": "1", "b": "2"}]),
        ("a;b\r\n1,5;2\r\n", {}, [{"a": "1,5", "b": "2"}]),
        ("a\tb\n1\t2", {}, [{"a": "1", "b": "2"}]),
        ("a|b\n1|2", {}, [{"a": "1", "b": "2"}]),
        ("\ufeffa,b\n1,2", {"numbers": True}, [{"a": 1, "b": 2}]),
        (
            'a,b\n"x, ""y""\nz",007\n\n',
            {"numbers": True},
            [{"a": 'x, "y"\nz', "b": "007"}],
        ),
        ("1,2.50", {"header": False, "numbers": True}, [{"column_1": 1, "column_2": 2.5}]),
        ("a,a,\n1,2,3,4\n5", {}, None),
        ("name\nAda", {}, [{"name": "Ada"}]),
        ("a;b", {"separator": ","}, []),
        ("", {}, []),
        ("\n\n", {"header": False}, []),
    ],
)
def test_csv_is_read(text: str, settings: dict[str, Any], items: Any) -> None:
    if items is None:
        items = [
            {"a": "1", "a_2": "2", "column_3": "3", "column_4": "4"},
            {"a": "5", "a_2": "", "column_3": "", "column_4": ""},
        ]
    found = tried(ParseCsv(), text=text, **settings)
    assert found["items"] == items
    assert found["count"] == len(items)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n" + "," * 1_001, "Line 2 has 1,002 cells; 1,000 are the most."),
        ("a\n" + "1\n" * 100_002, "The text has more than 100,000 rows."),
        ('a\n"' + "x" * 1_000_100, "Is a quotation mark not closed?"),
        ("x" * 10_000_001, "longer than 10 million characters"),
    ],
)
def test_csv_that_is_too_much_is_told(text: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(ParseCsv(), text=text, separator=",")
    assert sentence in failed.value.sentence


def test_csv_is_made() -> None:
    items = [{"a": 1, "b": 'x, "y"'}, {"b": None, "c": [1]}]
    assert tried(MakeCsv(), items=items) == {
        "text": 'a,b,c\r\n1,"x, ""y""",\r\n,,[1]\r\n',
        "count": 2,
    }
    columns = [{"name": "b"}, {"name": "a"}]
    found = tried(MakeCsv(), items=items, columns=columns, separator=";", header=False)
    assert found["text"] == '"x, ""y""";1\r\n;\r\n'
    with pytest.raises(StepFailed, match="Item 1 of the list is the text “x”"):
        tried(MakeCsv(), items=["x"])


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|x", "'+cmd|x"),
        ("-x", "'-x"),
        ("\t=1", "'\t=1"),
        ("-12.5", "-12.5"),
        (-5, "-5"),
        ("+49 30", "'+49 30"),
        ("a=b", "a=b"),
    ],
)
def test_cells_that_would_be_formulas_are_made_texts(cell: Any, written: str) -> None:
    found = tried(MakeCsv(), items=[{"a": cell}], header=False)
    assert found["text"] == f"{written}\r\n"
    found = tried(MakeCsv(), items=[{"a": cell}], header=False, safe=False)
    assert found["text"] == f"{cell}\r\n"


def test_csv_comes_back_as_it_went() -> None:
    items = [{"a": "x;y", "b": "line\nbreak"}, {"a": '"', "b": "ä"}]
    text = tried(MakeCsv(), items=items)["text"]
    assert tried(ParseCsv(), text=text)["items"] == items


ORDER_SHAPE: list[dict[str, Any]] = [
    {"name": "number", "kind": "whole", "required": True, "description": "", "inside": []},
    {
        "name": "lines",
        "kind": "groups",
        "required": False,
        "description": "",
        "inside": [{"name": "sku", "kind": "text", "required": True, "description": ""}],
    },
]


@pytest.mark.parametrize(
    "text",
    [
        '{"number": 5}',
        '{"number": 5.0, "lines": null, "more": true}',
        '{"number": 5, "lines": [{"sku": "L1"}]}',
    ],
)
def test_a_value_of_the_expected_shape_passes(text: str) -> None:
    assert tried(ParseJson(), text=text, shape=ORDER_SHAPE)["value"]["number"] == 5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", "“number” is missing."),
        ('{"number": "5"}', "“number” should be a whole number, and it is a text."),
        ('{"number": true}', "“number” should be a whole number, and it is yes or no."),
        ('{"number": 5, "lines": {}}', "“lines” should be a list of groups, and it is a group."),
        ('{"number": 5, "lines": [{"sku": "a"}, {}]}', "“lines[1].sku” is missing."),
        ("[]", "The value should be a group of values, and it is a list."),
    ],
)
def test_a_value_of_another_shape_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as refused:
        tried(ParseJson(), text=text, shape=ORDER_SHAPE)
    assert sentence in refused.value.sentence
