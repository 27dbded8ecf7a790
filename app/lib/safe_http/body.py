"""Reads an answer's body without ever holding more than the caller allowed."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from urllib3 import HTTPResponse

from app.lib.safe_http.messages import HttpFailed

ACCEPTED = "gzip, deflate"
_CHUNK_BYTES = 64 * 1024
_GZIP_WBITS = 16 + zlib.MAX_WBITS


def read_body(
    response: HTTPResponse, *, host: str, max_bytes: int, sink: BinaryIO | None = None
) -> bytes:
    """The whole body, unpacked; raises HttpFailed when it is too large, damaged or cut short.

    With a sink the body is written there piece by piece, and nothing is given back.

    What is counted is what comes out of the unpacking, as it comes out: a small packed answer
    that unfolds to gigabytes is stopped at `max_bytes`.
    """
    parts: list[bytes] = []
    for chunk in body_chunks(response, _raw(response), host=host, max_bytes=max_bytes):
        if sink is None:
            parts.append(chunk)
        else:
            sink.write(chunk)
    return b"".join(parts)


def arriving(response: HTTPResponse, *, host: str, max_bytes: int) -> Iterator[bytes]:
    """The body, unpacked, piece by piece as soon as a piece has come; raises as `read_body`."""
    return body_chunks(response, _as_it_comes(response), host=host, max_bytes=max_bytes)


def body_chunks(
    response: HTTPResponse, chunks: Iterator[bytes], *, host: str, max_bytes: int
) -> Iterator[bytes]:
    """The pieces of a body, unpacked and counted."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes and response.length_remaining:
        raise too_large(host, max_bytes)
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity"):
        chunks = _unpacked(chunks, packing, host=host)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise too_large(host, max_bytes)
        yield chunk


def too_large(host: str, max_bytes: int) -> HttpFailed:
    """The failure for an answer above the limit."""
    return HttpFailed(
        f"The answer from {host} is larger than {max_bytes / 1_000_000:g} MB. "
        "Ask it for less, for example one page at a time."
    )


def _raw(response: HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read(_CHUNK_BYTES, decode_content=False):
        yield chunk


def _as_it_comes(response: HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1(_CHUNK_BYTES, decode_content=False):
        yield chunk


def _unpacked(chunks: Iterator[bytes], packing: str, *, host: str) -> Iterator[bytes]:
    """In pieces no larger than a chunk, however much a chunk unfolds to."""
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise HttpFailed(
            f"{host} packed its answer as “{packing[:40]}”, which Lamplight did not ask for "
            "and cannot unpack."
        )
    unpacker = None
    for chunk in chunks:
        packed, is_full = chunk, False
        while packed or is_full:
            if unpacker is None:
                unpacker = zlib.decompressobj(_window(packing, packed))
            try:
                piece = unpacker.decompress(packed, _CHUNK_BYTES)
            except zlib.error as error:
                raise HttpFailed(f"{host} sent a damaged answer.") from error
            yield piece
            packed, is_full = unpacker.unconsumed_tail, len(piece) == _CHUNK_BYTES
            if unpacker.eof:
                packed, unpacker = unpacker.unused_data, None  # gzip may hold several members
                is_full = False
    if unpacker is not None:
        raise HttpFailed(f"The answer from {host} was cut short.")


def _window(packing: str, start: bytes) -> int:
    """zlib's window setting; servers send `deflate` with and without its header (RFC 9110 8.4)."""
    if packing != "deflate":
        return _GZIP_WBITS
    has_header = start[0] & 0x0F == 8 and start[0] >> 4 <= 7
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
