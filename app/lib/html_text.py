"""HTML from elsewhere: read as a tree, without scripts, told as text, never shown as it is."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_CHARS = 5_000_000
MAX_ELEMENTS = 200_000
_SILENT = {"script", "style", "head", "noscript", "template", "svg", "object", "iframe"}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div"),
    *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "main", "nav", "ol", "p", "pre", "section", "table"),
    *("tr", "ul"),
}
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "pre"}
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]*\n[ \t\r\f\v\u00a0]*|[ \t\r\f\v\u00a0]+")
_TABS_AT_END = re.compile(r"(?<!\t)\t++(?=\n|\Z)")
_GAPS = re.compile(r"\n{3,}")
# Stand for breaks until the spaces of the source have been made small.
_LINE, _GAP, _TAB = "\ue000", "\ue001", "\ue002"
_BREAKS = re.compile(f" ?[{_LINE}{_GAP}][ {_LINE}{_GAP}]*")


class HtmlRefused(ValueError):
    """The text is too large to be read; `sentence` says so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def tree(text: str) -> "Element | None":
    """The tree of an HTML text, mended as browsers do; None when there is nothing in it."""
    from lxml import etree

    if len(text) > MAX_CHARS:
        raise HtmlRefused(f"The HTML is longer than {MAX_CHARS // 1_000_000} million characters.")
    if not text.strip():
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, etree.ParserError):
        return None
    if root is not None and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise HtmlRefused(f"The HTML has more than {MAX_ELEMENTS:,} elements.")
    return root


def plain_text(element: "Element", *, links: bool = False) -> str:
    """What a reader would see, with line breaks where blocks end, `- ` before entries of lists
    and tabs between the cells of tables; with `links`, addresses stand behind their words."""
    rough = _SPACES.sub(" ", "".join(_pieces(element, links=links)).replace("\n", " "))
    told = _BREAKS.sub(lambda found: "\n\n" if _GAP in found[0] else "\n", rough)
    told = _TABS_AT_END.sub("", re.sub(f" ?{_TAB} ?", "\t", told))
    return _GAPS.sub("\n\n", told).strip()


def table_rows(table: "Element") -> list[list[str]]:
    """The cells of a table, row by row; tables inside its cells are part of their text."""
    rows = (
        [plain_text(cell) for cell in row if cell.tag in ("td", "th")]
        for row in table.iter("tr")
        if next(row.iterancestors("table"), None) is table
    )
    return [row for row in rows if any(row)]


def _pieces(element: "Element", *, links: bool) -> Iterator[str]:
    from lxml import etree

    silent = 0
    for event, one in etree.iterwalk(element, events=("start", "end")):
        tag = one.tag if isinstance(one.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if not silent:
                yield _opening(tag if one is not element else "") + (one.text or "")
        else:
            if not silent:
                yield _closing(one, tag, links=links)
            silent -= tag in _SILENT
            if not silent and one is not element:
                yield one.tail or ""


def _opening(tag: str) -> str:
    if tag == "br":
        return _LINE
    if tag == "li":
        return f"{_LINE}- "
    return _GAP if tag in _APART else _LINE if tag in _BLOCKS else ""


def _closing(one: "Element", tag: str, *, links: bool) -> str:
    if tag in ("td", "th"):
        return _TAB
    address = (one.get("href") or "").strip() if links and tag == "a" else ""
    if address and not address.startswith("#"):
        return f" ({address})"
    return _GAP if tag in _APART else _LINE if tag in _BLOCKS else ""
