"""Bodies: packed and plain, too large, endless, damaged."""

import gzip
import zlib
from collections.abc import Iterator

import pytest

from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpFailed
from tests.loopback import Loopback, Received, reply

TEXT = b"a lamp in the harbour " * 500


def get(said: bytes, *, max_bytes: int = 1_000_000, method: str = "GET") -> HttpAnswer:
    with Loopback(lambda _: said) as server:
        door = Door(("127.0.0.1",))
        return door.send(HttpCall(method=method, url=server.url, max_bytes=max_bytes))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("identity", TEXT),
    ],
)
def test_packed_bodies_are_unpacked(packing: str, body: bytes) -> None:
    assert get(reply(body=body, Content_Encoding=packing)).body == TEXT


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 700_001])
@pytest.mark.parametrize("kind", [b"\0", b"lamp"])
def test_no_piece_of_a_packed_body_is_lost(size: int, kind: bytes) -> None:
    text = (kind * size)[:size]
    assert get(reply(body=gzip.compress(text, mtime=0), Content_Encoding="gzip")).body == text


def test_a_chunked_body_is_put_together() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert get(head + b"5\r\nlight\r\n1;x=y\r\ns\r\n0\r\n\r\n").body == b"lights"


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert len(get(reply(body=bytes(1000)), max_bytes=1000).body) == 1000
    packed = reply(body=gzip.compress(bytes(1000)), Content_Encoding="gzip")
    assert len(get(packed, max_bytes=1000).body) == 1000


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_bomb_is_stopped(packing: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[packing]
    bomb = pack(bytes(50_000_000), 9)
    assert len(bomb) < 1_000_000
    with pytest.raises(HttpFailed, match="larger than 1 MB"):
        get(reply(body=bomb, Content_Encoding=packing))


def test_a_bomb_of_many_members_is_stopped() -> None:
    bomb = gzip.compress(bytes(900), 9) * 2_000
    with pytest.raises(HttpFailed, match=r"larger than 1 MB"):
        get(reply(body=bomb, Content_Encoding="gzip"))


def test_a_large_body_is_refused_before_it_is_read() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"
    with pytest.raises(HttpFailed, match="larger than 1 MB"):
        get(said)


@pytest.mark.parametrize("head", [b"", b"Transfer-Encoding: chunked\r\n"])
def test_an_endless_body_is_stopped(head: bytes) -> None:
    def endless(_request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n" + head + b"\r\n"
        while not server.stopped.is_set():
            yield b"2710\r\n" + b"x" * 10_000 + b"\r\n" if head else b"x" * 10_000

    with Loopback(endless) as server, pytest.raises(HttpFailed, match="larger than 1 MB"):
        Door(("127.0.0.1",)).send(HttpCall(method="GET", url=server.url, max_bytes=1_000_000))


def test_frames_around_nothing_are_stopped() -> None:
    """Chunks of one byte in frames of thousands: little body, much traffic."""

    def wasteful(_request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while not server.stopped.is_set():
            yield b"1;" + b"x" * 8_000 + b"\r\nx\r\n"

    with Loopback(wasteful) as server, pytest.raises(HttpFailed, match="more answer than"):
        Door(("127.0.0.1",)).send(HttpCall(method="GET", url=server.url, max_bytes=1_000_000))


@pytest.mark.parametrize(
    ("packing", "body", "words"),
    [
        ("gzip", b"not packed at all", "damaged"),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], "cut short"),
        ("br", b"x", "did not ask for"),
        ("gzip, gzip", b"x", "did not ask for"),
    ],
)
def test_what_cannot_be_unpacked_says_so(packing: str, body: bytes, words: str) -> None:
    with pytest.raises(HttpFailed, match=words):
        get(reply(body=body, Content_Encoding=packing))


def test_head_brings_no_body() -> None:
    said = reply(Content_Length="5000000000", Content_Encoding="gzip")
    answer = get(said, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == "5000000000"
