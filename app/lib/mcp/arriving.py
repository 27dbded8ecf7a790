"""Finds the answer in what a server sends: one JSON value, or a stream of events (SSE)."""

import codecs
from collections.abc import Iterable, Iterator

from app.lib import json_guard
from app.lib.json_guard import JsonRefused, JsonValue


def answer_in(
    chunks: Iterable[bytes], *, is_stream: bool, number: int, max_bytes: int
) -> JsonValue:
    """The message with this number; None where none came. Raises JsonRefused.

    Of a stream only as much is read as is needed: what follows the answer is not waited for.
    """
    if not is_stream:
        return _with_number(json_guard.parse(b"".join(chunks), max_bytes=max_bytes), number)
    for data in events(chunks):
        found = _with_number(json_guard.parse(data, max_bytes=max_bytes), number)
        if found is not None:
            return found
    return None


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """The data of each event of a stream (WHATWG HTML, 9.2.6)."""
    data: list[str] = []
    for line in _lines(chunks):
        if line == "":
            if any(data):
                yield "\n".join(data)
            data = []
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder, kept = codecs.getincrementaldecoder("utf-8")(), ""
    for chunk in chunks:
        try:
            kept += decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise JsonRefused("This is not UTF-8.") from error
        *whole, kept = kept.split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if kept:
        yield kept.removesuffix("\r")
    yield ""


def _with_number(message: JsonValue, number: int) -> JsonValue:
    for one in message if isinstance(message, list) else [message]:
        if (
            isinstance(one, dict)
            and one.get("id") == number
            and ("result" in one or "error" in one)
        ):
            return one
    return None
