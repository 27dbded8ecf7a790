"""One time limit over several calls: who used it up is named, and nobody is asked after it."""

import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from app.lib.safe_http import Door, HttpCall, HttpFailed, HurriedDoor
from tests.loopback import Loopback, Received, reply

DOOR = Door(("127.0.0.1",))


def get(url: str) -> HttpCall:
    return HttpCall(method="GET", url=url)


def test_it_is_a_door_like_any_other() -> None:
    with Loopback(lambda _: reply(body=b"light")) as server:
        hurried = HurriedDoor(DOOR, within_s=60)
        assert hurried.send(get(server.url)).body == b"light"
        stream = hurried.open(get(server.url))
        assert b"".join(stream.chunks) == b"light"


def test_another_failure_is_told_as_it_is() -> None:
    with Loopback(lambda _: b"no http") as server, pytest.raises(HttpFailed, match="speak HTTP"):
        HurriedDoor(DOOR, within_s=60).send(get(server.url))


def test_who_used_the_time_up_is_named_and_nobody_is_asked_after_it() -> None:
    gate = threading.Event()

    def say(received: Received) -> bytes:
        if received.path.startswith("/slow"):
            gate.wait(60)
        return reply()

    with Loopback(say) as server:
        hurried = HurriedDoor(DOOR, within_s=4)
        began = monotonic()
        hurried.send(get(f"{server.url}/first"))
        late = f"{server.url}/slow did not answer in time"
        with pytest.raises(HttpFailed, match=late):
            hurried.send(get(f"{server.url}/slow?key=value"))
        with pytest.raises(HttpFailed, match=late):
            hurried.open(get(f"{server.url}/next"))
        assert monotonic() - began < 30
        gate.set()
    assert [one.path for one in server.received] == ["/first", "/slow?key=value"]


def test_an_answer_that_comes_in_drops_is_late_too() -> None:
    ended = threading.Event()

    def drops(_received: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        for _drop in range(600):
            if ended.wait(0.1):
                return
            yield b"."

    with Loopback(drops) as server:
        with pytest.raises(HttpFailed, match="/drops did not answer in time"):
            b"".join(HurriedDoor(DOOR, within_s=1).open(get(f"{server.url}/drops")).chunks)
        ended.set()
