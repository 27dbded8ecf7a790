"""Secrets leave only for the hosts they are bound to, encrypted, and never by way of a redirect."""

import logging
from pathlib import Path

import pytest

from app.lib.safe_http import Door, HostPattern, HttpCall, HttpFailed, HttpRefused
from tests.loopback import Certificates, Loopback, Received, reply

CANARY = "canary-4f9c1b"
NAMES = ("one.example", "two.example", "api.three.example")


def door() -> Door:
    return Door(NAMES, resolve=lambda host, port: ["127.0.0.1"])


def test_they_are_added_as_headers_and_query() -> None:
    with Loopback(lambda _: reply()) as server:
        answer = door().send(
            HttpCall(
                method="GET",
                url=f"http://one.example:{server.port}/a?b=c",
                headers={"authorization": "own"},
            ),
            secret_headers={"Authorization": f"Bearer {CANARY}"},
            secret_query={"key": f"{CANARY}&+"},
            secret_hosts=("one.example",),
        )
    (request,) = server.received
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert request.path == f"/a?b=c&key={CANARY}%26%2B"
    assert CANARY not in answer.url


@pytest.mark.parametrize(
    "secret_hosts",
    [
        (),
        ("two.example",),
        ("*.one.example",),
        ("example",),
        ("one.example:1",),
        ("one.example.org",),
    ],
)
def test_they_do_not_go_to_another_host(secret_hosts: tuple[str, ...]) -> None:
    with Loopback(lambda _: reply()) as server:
        with pytest.raises(HttpRefused, match=r"not to one\.example") as caught:
            door().send(
                HttpCall(method="GET", url=f"http://one.example:{server.port}/"),
                secret_headers={"X-Key": CANARY},
                secret_hosts=secret_hosts,
            )
        assert server.received == []
    assert CANARY not in caught.value.sentence


def test_a_star_covers_the_names_below() -> None:
    with Loopback(lambda _: reply()) as server:
        door().send(
            HttpCall(method="GET", url=f"http://api.three.example:{server.port}/"),
            secret_headers={"X-Key": CANARY},
            secret_hosts=("*.three.example",),
        )
    assert server.received[0].headers["x-key"] == CANARY


def test_they_do_not_travel_on_an_open_line_to_the_outside() -> None:
    with pytest.raises(HttpRefused, match="encrypted line"):
        door().send(
            HttpCall(method="GET", url="http://outside.example/"),
            secret_query={"key": CANARY},
            secret_hosts=("outside.example",),
        )


def test_they_stay_behind_when_the_host_changes_even_to_a_host_on_the_list() -> None:
    def say(request: Received) -> bytes:
        if request.headers["host"].startswith("one"):
            return reply("302 Found", Location=f"http://two.example:{server.port}/")
        return reply("302 Found", Location=f"http://one.example:{server.port}/again")

    with Loopback(say) as server, pytest.raises(HttpFailed, match="more than 5 times"):
        door().send(
            HttpCall(method="GET", url=f"http://one.example:{server.port}/"),
            secret_headers={"X-Key": CANARY},
            secret_query={"key": CANARY},
            secret_hosts=("one.example", "two.example"),
        )
    assert CANARY in str(server.received[0])
    assert len(server.received) == 6
    assert CANARY not in str(server.received[1:])


def test_they_are_kept_on_a_redirect_within_the_host() -> None:
    def say(request: Received) -> bytes:
        return reply("307 On", Location="/b") if request.path.startswith("/a") else reply()

    with Loopback(say) as server:
        door().send(
            HttpCall(method="GET", url=f"http://one.example:{server.port}/a"),
            secret_headers={"X-Key": CANARY},
            secret_query={"key": CANARY},
            secret_hosts=("one.example",),
        )
    assert [request.path for request in server.received] == [f"/a?key={CANARY}", f"/b?key={CANARY}"]


def test_they_go_over_https(certificates: Certificates, trusted: Path) -> None:
    with Loopback(lambda _: reply(), tls=certificates.server("one.example")) as server:
        door().send(
            HttpCall(method="GET", url=f"https://one.example:{server.port}/"),
            secret_headers={"X-Key": CANARY},
            secret_hosts=("one.example",),
        )
    assert server.received[0].headers["x-key"] == CANARY


@pytest.mark.parametrize(
    "said", [b"nonsense", b"HTTP/1.1 200 OK\r\n: odd\r\nContent-Length: 0\r\n\r\n"]
)
def test_no_log_line_and_no_error_tells_them(said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    told = ""
    with caplog.at_level(logging.DEBUG), Loopback(lambda _: said) as server:
        try:
            door().send(
                HttpCall(method="GET", url=f"http://one.example:{server.port}/"),
                secret_query={"key": CANARY},
                secret_hosts=("one.example",),
            )
        except HttpFailed as failure:
            told = failure.sentence
    assert CANARY in server.received[0].path
    assert CANARY not in caplog.text + told


def test_a_secret_with_a_line_break_is_refused_without_being_told() -> None:
    with pytest.raises(HttpRefused) as caught:
        door().send(
            HttpCall(method="GET", url="https://one.example/"),
            secret_headers={"X-Key": f"{CANARY}\n"},
            secret_hosts=("one.example",),
        )
    assert CANARY not in caught.value.sentence


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (" API.Example.com. ", "api.example.com"),
        ("*.example.com", "*.example.com"),
        ("localhost:11434", "localhost:11434"),
        ("[::1]:80", "[::1]:80"),
        ("::1", "[::1]"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_patterns_have_one_spelling(typed: str, shown: str) -> None:
    assert str(HostPattern.parse(typed)) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "*",
        "*.",
        "*.com",
        "*.*.com",
        "a.*.com",
        "https://a.com",
        "a.com/b",
        "a.com:0",
        "a.com:x",
        "*.10.0.0.1",
        "*.::1",
        "user@a.com",
        "a b.com",
        "0x7f.1",
        "::1%eth0",
        "a..com",
    ],
)
def test_patterns_that_are_too_wide_or_no_host_are_refused(typed: str) -> None:
    with pytest.raises(HttpRefused):
        HostPattern.parse(typed)
