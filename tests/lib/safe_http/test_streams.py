"""Answers that are read while they arrive keep to the same rules as whole ones."""

import gzip
import threading
from collections.abc import Iterator

import pytest

from app.lib.safe_http import Door, HttpCall, HttpFailed, HttpRefused
from tests.loopback import Loopback, Received, reply

DOOR = Door(("127.0.0.1",))


def call(server: Loopback, **limits: float) -> HttpCall:
    return HttpCall(method="GET", url=server.url, **limits)  # type: ignore[arg-type]


def test_what_has_come_is_read_before_the_rest_is_sent() -> None:
    heard = threading.Event()

    def say(_received: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nX-One: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
        heard.wait(10)
        yield b"3\r\ntwo\r\n0\r\n\r\n"

    with Loopback(say) as server:
        stream = DOOR.open(call(server))
        assert (stream.status, stream.headers["x-one"]) == (200, "1")
        assert next(stream.chunks) == b"one"
        heard.set()
        assert b"".join(stream.chunks) == b"two"
        stream.close()


def test_a_packed_answer_is_unpacked_and_counted() -> None:
    body = gzip.compress(b"word " * 1000)
    with Loopback(lambda _received: reply(body=body, Content_Encoding="gzip")) as server:
        stream = DOOR.open(call(server))
        assert b"".join(stream.chunks) == b"word " * 1000
        stream = DOOR.open(call(server, max_bytes=4000))
        with pytest.raises(HttpFailed, match="larger than"):
            list(stream.chunks)


def test_an_answer_that_dawdles_is_left() -> None:
    never = threading.Event()

    def say(_received: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"
        never.wait(10)

    with Loopback(say) as server:
        stream = DOOR.open(call(server, timeout_s=0.4))
        with pytest.raises(HttpFailed, match=r"within 0\.4 seconds"):
            list(stream.chunks)
        never.set()


def test_an_answer_that_is_cut_short_is_told() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nonly this"
    with Loopback(lambda _received: said) as server, pytest.raises(HttpFailed):
        list(DOOR.open(call(server)).chunks)


def test_secrets_and_addresses_are_guarded_as_ever() -> None:
    with Loopback(lambda _received: reply("302 Found", Location="http://127.0.0.1:1/")) as server:
        with pytest.raises(HttpRefused, match="inside a private network"):
            Door().open(call(server))
        with pytest.raises(HttpRefused, match="may go to"):
            DOOR.open(
                call(server), secret_headers={"X-Key": "k"}, secret_hosts=("api.example.com",)
            )
        stream = DOOR.open(call(server), secret_headers={"X-Key": "k"}, secret_hosts=("127.0.0.1",))
        assert (stream.status, list(stream.chunks)) == (302, []), "a redirect is not followed"
        assert [one.headers.get("x-key") for one in server.received] == ["k"]
