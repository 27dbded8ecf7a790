"""XML and HTML: read, written, searched; what is meant as a trap is refused at once."""

from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from app.engine.errors import StepFailed
from app.lib import html_text, selectors
from app.nodes.find_in_html import FindInHtml
from app.nodes.html_to_text import HtmlToText
from app.nodes.make_xml import MakeXml
from app.nodes.parse_xml import ParseXml
from tests.nodes.trying import tried

ORDER = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- an order -->
<o:order xmlns:o="urn:x" no="5"><o:item qty="2">Lamp &amp; shade</o:item><o:item>Bulb</o:item>
  <note> for Köln <b>now</b> please</note><empty/></o:order>"""


def test_xml_is_read() -> None:
    found = tried(ParseXml(), text=ORDER)
    assert found["root"] == "order"
    assert found["value"] == {
        "order": {
            "@no": "5",
            "item": [{"@qty": "2", "#text": "Lamp & shade"}, "Bulb"],
            "note": {"b": "now", "#text": "for Köln please"},
            "empty": "",
        }
    }
    lists = [{"name": "a"}]
    assert tried(ParseXml(), text="<x><a>1</a></x>", lists=lists)["value"] == {"x": {"a": ["1"]}}
    assert tried(ParseXml(), text="\ufeff <!DOCTYPE x>\n<x>1</x>")["value"] == {"x": "1"}


_ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{_ENTITIES}]><x>&j;</x>'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LAUGHS, "declares entities"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "declares entities"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><x/>', "declares"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd" [<!ATTLIST x a CDATA "b">]><x/>', "decl"),
        ("<x>&unknown;</x>", "Entity 'unknown' not defined"),
        ("<x><y></x>", "This is not valid XML: at line 1, column"),
        ("", "is empty"),
        ("just words", "This is not valid XML"),
        ("<x>" * 29 + "</x>" * 29, "nested more than 28 levels deep"),
        ("<x>" * 5_000, "not valid XML"),
        ("<!DOCTYPE" * 500_000, "not valid XML"),
        ("<?xml" * 500_000, "not valid XML"),
        ("<x>" + "<a/>" * 100_001 + "</x>", "more than 100,000 elements"),
        ("<x>" + "y" * 5_000_000 + "</x>", "longer than 5 million characters"),
    ],
)
def test_xml_that_is_a_trap_or_none_is_told(text: str, sentence: str) -> None:
    began = monotonic()
    with pytest.raises(StepFailed) as failed:
        tried(ParseXml(), text=text)
    assert sentence in failed.value.sentence
    assert monotonic() - began < 10


def test_an_outside_document_type_is_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY e "secret">')
    text = f'<!DOCTYPE x SYSTEM "{secret.as_uri()}"><x>a</x>'
    assert tried(ParseXml(), text=text)["value"] == {"x": "a"}
    with pytest.raises(StepFailed):
        tried(ParseXml(), text=text.replace("a</x>", "&e;</x>"))


def test_xml_is_made() -> None:
    value = {"@no": 5, "item": [{"@q": '"', "#text": "a & b"}, "<c>"], "none": None, "in": {"x": 1}}
    flat = tried(MakeXml(), value=value, root="order", pretty=False)["text"]
    assert flat == (
        '<?xml version="1.0" encoding="UTF-8"?><order no="5"><item q=\'"\'>a &amp; b</item>'
        "<item>&lt;c&gt;</item><none/><in><x>1</x></in></order>"
    )
    pretty = tried(MakeXml(), value=[1, {"a": 2}])["text"]
    assert pretty == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<data>\n  <item>1</item>\n'
        "  <item>\n    <a>2</a>\n  </item>\n</data>\n"
    )
    again = tried(ParseXml(), text=flat)["value"]["order"]
    assert again["item"] == [{"@q": '"', "#text": "a & b"}, "<c>"]
    assert "\x00" not in tried(MakeXml(), value="a\x01b")["text"]


@pytest.mark.parametrize(
    ("value", "root", "sentence"),
    [
        ({"a b": 1}, "x", "“a b” cannot be the name of an XML element."),
        ({"@a>": 1}, "x", "“a>” cannot be the name of an XML attribute."),
        ("a", "1x", "“1x” cannot be the name"),
    ],
)
def test_names_that_xml_does_not_allow_are_told(value: Any, root: str, sentence: str) -> None:
    with pytest.raises(StepFailed) as failed:
        tried(MakeXml(), value=value, root=root)
    assert sentence in failed.value.sentence


PAGE = """<html><head><title> A  page </title><style>b{}</style></head><body>
<script>alert(1)</script><h1>Prices</h1><p>Dear&nbsp;<b>Ada</b>,<br>see   <a href="/more">more</a>.
</p><ul><li>one</li><li>two</li></ul>
<table class="prices big" id="t"><tr><th>Name</th><th>Price</th></tr>
<tr><td>Lamp</td><td>89</td></tr><tr><td>Bulb<td></tr></table><p hidden>end"""


def test_html_is_told_as_text() -> None:
    found = tried(HtmlToText(), html=PAGE)
    assert found == {
        "text": "Prices\n\nDear Ada,\nsee more.\n\n- one\n- two\n\n"
        "Name\tPrice\nLamp\t89\nBulb\n\nend",
        "title": "A page",
    }
    assert "more (/more)." in tried(HtmlToText(), html=PAGE, links=True)["text"]
    assert tried(HtmlToText(), html="  ") == {"text": "", "title": ""}
    assert tried(HtmlToText(), html="just words")["text"] == "just words"


def test_html_that_is_too_much_is_told_or_read_in_time() -> None:
    began = monotonic()
    tried(HtmlToText(), html="<div>" * 50_000 + "x")
    tried(HtmlToText(), html="<" * 100_000)
    tried(HtmlToText(), html="&" * 100_000)
    tried(HtmlToText(), html="<table><tr>" + "<td>" * 90_000 + "x")
    tried(HtmlToText(), html=" \n" * 400_000 + "x")
    with pytest.raises(StepFailed, match="longer than 5 million"):
        tried(HtmlToText(), html="x" * 5_000_001)
    with pytest.raises(StepFailed, match="more than 200,000 elements"):
        tried(HtmlToText(), html="<b></b>" * 200_001)
    assert monotonic() - began < 20


@pytest.mark.parametrize(
    ("selector", "items"),
    [
        ("h1", ["Prices"]),
        ("H1", ["Prices"]),
        (".prices td", ["Lamp", "89", "Bulb", ""]),
        ("#t th", ["Name", "Price"]),
        ("table.big.prices > tr > th, h1", ["Prices", "Name", "Price"]),
        ("li:first-child", ["one"]),
        ("li:last-child", ["two"]),
        ("li:nth-child(2)", ["two"]),
        ("a[href]", ["more"]),
        ("a[href='/more']", ["more"]),
        ('a[href^="/m"][href$=re]', ["more"]),
        ("[href*=or]", ["more"]),
        ('a[href="it\'s"]', []),
        ("p b", ["Ada"]),
        ("body > b", []),
    ],
)
def test_parts_are_found(selector: str, items: list[str]) -> None:
    found = tried(FindInHtml(), html=PAGE, selector=selector)
    assert found["items"] == items
    assert found["first"] == (items[0] if items else None)


def test_attributes_and_tables_are_taken() -> None:
    links = tried(FindInHtml(), html=PAGE, selector="a, b", take="attribute")
    assert links["items"] == ["/more"]
    rows = [{"Name": "Lamp", "Price": "89"}, {"Name": "Bulb", "Price": ""}]
    for selector in ("table", "body", "#t td"):
        found = tried(FindInHtml(), html=PAGE, selector=selector, take="table")
        assert found["items"] == rows
    assert tried(FindInHtml(), html=PAGE, selector="ul", take="table")["items"] == []
    assert tried(FindInHtml(), html="", selector="ul")["items"] == []


@pytest.mark.parametrize("selector", ["", "a >", "a!", "[", "a:hover", "a,,b", "'", "x" * 600])
def test_a_selector_that_cannot_be_read_is_told(selector: str) -> None:
    with pytest.raises(StepFailed, match=r"^The selector"):
        tried(FindInHtml(), html=PAGE, selector=selector)
    problems = FindInHtml().problems({"selector": selector})
    assert bool(problems) == bool(selector)


def test_a_selector_is_no_way_into_xpath() -> None:
    for evil in ("a[href=']']", "a[x=\"'] | //script['\"]", "a[href='\"]", "p[a='\\']"):
        try:
            found = selectors.compiled(evil)
        except selectors.SelectorRefused:
            continue
        root = html_text.tree(PAGE)
        assert root is not None
        assert found(root) == []
