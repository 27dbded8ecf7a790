"""XML: text to plain values and back. Nothing is fetched and no entity is ever expanded."""

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from app.lib.json_guard import JsonValue
from app.lib.resolver import as_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_CHARS = 5_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 28  # as values they are one group deeper each, and values may be 32 deep
ATTRIBUTE = "@"
TEXT = "#text"
# The five entities of XML itself need no declaration. All others are refused unread.
_DECLARES = re.compile("<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlRefused(ValueError):
    """The text is not XML that we take, or a value cannot be XML; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse(text: str, *, always_lists: Collection[str] = ()) -> dict[str, JsonValue]:
    """The root element by its name.

    An element of text alone is that text; any other is a group: `@name` for an attribute, the
    inner elements by name, several of one name as a list, `#text` for text beside them.
    Prefixes of name spaces are dropped. Raises XmlRefused.
    """
    root = _root(text)
    _check_bounds(root)
    return {_local(root.tag): _value(root, frozenset(always_lists))}


def make(value: JsonValue, *, root: str, pretty: bool = False) -> str:
    """XML text of a value as `parse` gives it; raises XmlRefused for names XML does not allow."""
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>', "\n" if pretty else ""]
    pieces += _written(root, value, indent="\n" if pretty else "", depth=0)
    return "".join(pieces) + ("\n" if pretty else "")


def _root(text: str) -> "Element":
    from lxml import etree

    if len(text) > MAX_CHARS:
        raise XmlRefused(f"The XML is longer than {MAX_CHARS // 1_000_000} million characters.")
    if _DECLARES.search(text):
        raise XmlRefused(
            "The XML declares entities or elements of its own (DOCTYPE), which is not read, "
            "because such files can be traps."
        )
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    plain = _DECLARATION.sub("", text.removeprefix("\ufeff")).strip()
    try:
        root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "").rpartition(", line")[0] or "it is empty"
        raise XmlRefused(
            f"This is not valid XML: at line {line}, column {column}: {reason}."
        ) from None
    if root is None:
        raise XmlRefused("The XML is empty.")
    return root


def _check_bounds(root: "Element") -> None:
    from lxml import etree

    depth = elements = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, elements = depth + 1, elements + 1
        if not isinstance(element.tag, str):  # an entity that nobody declared
            raise XmlRefused("The XML uses an entity that it does not explain.")
        if depth > MAX_DEPTH:
            raise XmlRefused(f"The XML is nested more than {MAX_DEPTH} levels deep.")
        if elements > MAX_ELEMENTS:
            raise XmlRefused(f"The XML has more than {MAX_ELEMENTS:,} elements.")


def _value(element: "Element", always: frozenset[str]) -> JsonValue:
    found: dict[str, Any] = {
        ATTRIBUTE + _local(name): value for name, value in element.attrib.items()
    }
    texts = [element.text or ""]
    seen: dict[str, list[JsonValue]] = {}
    for child in element:
        seen.setdefault(_local(child.tag), []).append(_value(child, always))
        texts.append(child.tail or "")
    for name, values in seen.items():
        found[name] = values if len(values) > 1 or name in always else values[0]
    text = " ".join(piece for one in texts if (piece := one.strip()))
    if not found:
        return text
    if text:
        found[TEXT] = text
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _written(name: str, value: Any, *, indent: str, depth: int) -> Iterator[str]:
    if not _NAME.match(name):
        raise XmlRefused(f"“{name[:60]}” cannot be the name of an XML element.")
    if depth > MAX_DEPTH:
        raise XmlRefused(f"The value is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, list):
        for item in value:
            yield from _written(name, item, indent=indent, depth=depth)
        return
    attributes, inner, text = _parts(value)
    opening = "".join([name, *(f" {one}={quoteattr(_clean(v))}" for one, v in attributes)])
    before = indent + "  " * depth if indent and depth else ""
    if not inner and not text:
        yield f"{before}<{opening}/>"
        return
    yield f"{before}<{opening}>{escape(_clean(text))}"
    for inner_name, item in inner:
        yield from _written(inner_name, item, indent=indent, depth=depth + 1)
    yield f"{indent + '  ' * depth if indent and inner else ''}</{name}>"


def _parts(value: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]], str]:
    if not isinstance(value, dict):
        return [], [], as_text(value)
    attributes = [(n[1:], v) for n, v in value.items() if n.startswith(ATTRIBUTE)]
    wrong = next((name for name, _ in attributes if not _NAME.match(name)), None)
    if wrong is not None:
        raise XmlRefused(f"“{wrong[:60]}” cannot be the name of an XML attribute.")
    inner = [(n, v) for n, v in value.items() if not n.startswith((ATTRIBUTE, TEXT))]
    return attributes, inner, as_text(value.get(TEXT))


def _clean(value: Any) -> str:
    """Without the characters that XML cannot hold at all."""
    return _NOT_XML.sub("\ufffd", as_text(value))
