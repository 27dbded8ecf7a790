"""The part of lxml.etree that Lamplight uses."""

from collections.abc import Iterable, Iterator
from typing import Any

class XMLSyntaxError(SyntaxError):
    position: tuple[int, int]

class ParserError(Exception): ...

class XMLParser:
    def __init__(
        self,
        *,
        encoding: str = ...,
        resolve_entities: bool = ...,
        no_network: bool = ...,
        load_dtd: bool = ...,
        dtd_validation: bool = ...,
        attribute_defaults: bool = ...,
        huge_tree: bool = ...,
        remove_comments: bool = ...,
        remove_pis: bool = ...,
    ) -> None: ...

class HTMLParser:
    def __init__(
        self,
        *,
        encoding: str = ...,
        no_network: bool = ...,
        huge_tree: bool = ...,
        remove_comments: bool = ...,
        remove_pis: bool = ...,
    ) -> None: ...

class _Element:
    tag: str
    text: str | None
    tail: str | None
    attrib: dict[str, str]
    def get(self, name: str, default: str | None = None) -> str | None: ...
    def set(self, name: str, value: str) -> None: ...
    def __iter__(self) -> Iterator[_Element]: ...
    def __len__(self) -> int: ...
    def iter(self, *tags: str) -> Iterator[_Element]: ...
    def iterancestors(self, *tags: str) -> Iterator[_Element]: ...
    def itertext(self) -> Iterator[str]: ...
    def getparent(self) -> _Element | None: ...

class XPath:
    def __init__(self, path: str) -> None: ...
    def __call__(self, start: _Element) -> list[_Element]: ...

def fromstring(text: bytes, parser: XMLParser | HTMLParser) -> _Element | None: ...
def iterwalk(
    element: _Element, events: Iterable[str]
) -> Iterator[tuple[str, _Element]]: ...
def tostring(element: _Element, *, encoding: type[str], **more: Any) -> str: ...
