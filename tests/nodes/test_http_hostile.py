"""Services that mean no good: each ends within the limit and two seconds, in little memory."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from app.engine.errors import StepFailed
from app.nodes.http_request import HttpRequest
from tests.loopback import Loopback, Received, reply
from tests.nodes.cupboard import ports_with

KIND = HttpRequest()
LIMIT_S = 1
MAX_EXTRA_BYTES = 30_000_000
Serve = Callable[[Received], bytes | Iterator[bytes]]


def drip(_request: Received) -> Iterator[bytes]:
    """One byte a second, or rather one a moment: for ever."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 800000\r\n\r\n"
    while True:
        yield b"x"


def endless_headers(_request: Received) -> Iterator[bytes]:
    """Headers without an end."""
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"x" * 5_000 + b"\r\n"


def endless_body(_request: Received) -> Iterator[bytes]:
    """A body without an end or a length."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n"
    while True:
        yield bytes(1_000_000)


def bomb(_request: Received) -> bytes:
    """A hundred megabytes, packed into a hundred kilobytes."""
    return reply(body=BOMB, Content_Encoding="gzip", Content_Type="application/zip")


def large(_request: Received) -> Iterator[bytes]:
    """Fifty megabytes, as they say themselves."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"
    for _ in range(50):
        yield bytes(1_000_000)


def around(request: Received) -> bytes:
    """Redirects without an end."""
    return reply("302 Found", Location=f"/{int(request.path[1:] or 0) + 1}")


BOMB = gzip.compress(bytes(100_000_000), 9)


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (drip, "did not answer completely within 1 seconds"),
        (endless_headers, "sent more headers than Lamplight takes in"),
        (endless_body, "is larger than 25 MB"),
        (bomb, "is larger than 25 MB"),
        (large, "is larger than 25 MB"),
        (around, "more than 5 times"),
    ],
)
@pytest.mark.parametrize("answer_as", ["auto", "text"])
def test_it_ends(tmp_path: Path, serve: Serve, words: str, answer_as: str) -> None:
    def patient(request: Received) -> bytes | Iterator[bytes]:
        said = serve(request)
        return said if isinstance(said, bytes) else paced(said)

    def paced(said: Iterator[bytes]) -> Iterator[bytes]:
        for piece in said:
            if server.stopped.wait(0.05 if len(piece) == 1 else 0):
                return
            yield piece

    if answer_as == "text":
        words = words.replace("25 MB", "0.9 MB")
    with Loopback(patient) as server:
        given = {
            **KIND.initial_fields(),
            "url": server.url,
            "timeout_s": LIMIT_S if serve is drip else 20,
            "answer_as": answer_as,
        }
        tracemalloc.start()
        began = monotonic()
        with pytest.raises(StepFailed, match=words):
            KIND.run(given, ports_with(tmp_path))
        took_s = monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak <= MAX_EXTRA_BYTES
    assert took_s <= (LIMIT_S if serve is drip else 20) + 2
    assert list(tmp_path.iterdir()) == []
