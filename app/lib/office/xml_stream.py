"""Reads the XML inside office files as a stream that cannot grow: no entities, no giants.

Whatever the parser would have to hold in memory has a limit: one tag, the nesting, the number of
different names. A declaration of entities, with which a few lines unfold to gigabytes, is refused
as a whole; no program writes one into an office file.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from app.lib.office.container import Container

MAX_TAG_BYTES = 1_000_000
MAX_DEPTH = 200
MAX_NAMES = 5_000


class Enough(Exception):
    """Raised by a handler that needs no more."""


class Handler(Protocol):
    """Hears of tags and text; names come without their namespaces."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""

    def end(self, name: str) -> None:
        """A tag closes."""

    def text(self, text: str) -> None:
        """Some text, perhaps not all of it."""


def read_part(container: Container, part: str, handler: Handler) -> None:
    """Let the handler hear a part of an office file; raises FileUnreadable where it is broken."""
    _Reader(container, handler).read(container.stream(part))


class _Refused(Exception):
    """The XML has something in it that office files never have."""


class _Reader:
    def __init__(self, container: Container, handler: Handler) -> None:
        self._container = container
        self._handler = handler
        self._names: dict[str, str] = {}
        self._local: dict[str, str] = {}
        self._depth = 0
        self._has_heard = False
        parser = expat.ParserCreate(None, " ", self._names)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser

    def read(self, chunks: Iterator[bytes]) -> None:
        silent_bytes = 0
        try:
            for chunk in chunks:
                self._has_heard = False
                self._parser.Parse(chunk, False)
                silent_bytes = 0 if self._has_heard else silent_bytes + len(chunk)
                if silent_bytes > MAX_TAG_BYTES or len(self._names) > MAX_NAMES:
                    raise _Refused
            self._parser.Parse(b"", True)
        except Enough:
            return
        except (expat.ExpatError, _Refused, ValueError, LookupError):
            raise self._container.effort.broken(self._container.kind) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._has_heard = True
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused
        self._handler.start(self._without_namespace(name), attributes)

    def _end(self, name: str) -> None:
        self._has_heard = True
        self._depth -= 1
        self._handler.end(self._without_namespace(name))

    def _text(self, text: str) -> None:
        self._has_heard = True
        self._handler.text(text)

    def _refuse(self, *_declared: object) -> None:
        raise _Refused

    def _without_namespace(self, name: str) -> str:
        local = self._local.get(name)
        if local is None:
            local = self._local[name] = name.rpartition(" ")[2]
        return local


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """The attribute with this local name; an empty text if there is none."""
    if name in attributes:
        return attributes[name]
    end = f" {name}"
    return next((value for key, value in attributes.items() if key.endswith(end)), "")
