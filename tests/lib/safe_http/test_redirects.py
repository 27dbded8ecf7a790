"""Redirects: followed five times at most, judged anew each time, carrying nothing private."""

from pathlib import Path

import pytest

from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpFailed, HttpRefused
from app.lib.safe_http.redirects import next_call
from app.lib.safe_http.target import Target
from tests.loopback import Certificates, Loopback, Received, reply

NAMES = ("one.example", "two.example")


def to(location: str, status: str = "302 Found") -> bytes:
    return reply(status, b"elsewhere", Location=location)


def send(url: str, **options: object) -> HttpAnswer:
    door = Door(NAMES, resolve=lambda host, port: ["127.0.0.1"])
    return door.send(HttpCall(**{"method": "GET", "url": url, **options}))


def test_a_redirect_is_followed_on_the_same_host() -> None:
    def say(request: Received) -> bytes:
        return to("../b?c=1#d") if request.path == "/a/a" else reply(body=request.path.encode())

    with Loopback(say) as server:
        answer = send(f"http://one.example:{server.port}/a/a", headers={"X-Own": "1"})
    assert answer.body == b"/b?c=1"
    assert answer.url.endswith("/b?c=1")
    assert server.received[1].headers["x-own"] == "1"


def test_following_can_be_switched_off() -> None:
    with Loopback(lambda _: to("/b")) as server:
        answer = send(f"http://one.example:{server.port}/", follow_redirects=False)
    assert (answer.status, answer.body) == (302, b"elsewhere")


@pytest.mark.parametrize("status", ["300 Many", "304 Same", "302 Without"])
def test_other_answers_are_final(status: str) -> None:
    with Loopback(lambda _: reply(status)) as server:
        assert send(f"http://one.example:{server.port}/").status == int(status[:3])


def test_five_redirects_pass_and_six_do_not() -> None:
    def say(request: Received) -> bytes:
        left = int(request.path.removeprefix("/"))
        return to(f"/{left - 1}") if left else reply(body=b"there")

    with Loopback(say) as server:
        assert send(f"http://one.example:{server.port}/5").body == b"there"
        with pytest.raises(HttpFailed, match="more than 5 times"):
            send(f"http://one.example:{server.port}/6")
    assert len(server.received) == 12


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost.:{port}/",
        "http://0x7f000001:{port}/",
        "http://2130706433:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "//127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://one.example:6379/_x",
        "http://ada:lantern@one.example:{port}/",
        "http://[::1",
    ],
)
def test_a_redirect_inwards_is_refused(location: str) -> None:
    with Loopback(lambda _: to(location.format(port=server.port))) as server:
        with pytest.raises(HttpRefused):
            send(f"http://one.example:{server.port}/")
        assert len(server.received) == 1


def test_a_name_that_turns_private_on_the_second_hop_is_refused() -> None:
    with Loopback(lambda _: to("http://turncoat.example/")) as server:
        places = {"one.example": "127.0.0.1", "turncoat.example": "10.0.0.9"}
        door = Door(("one.example",), resolve=lambda host, port: [places[host]])
        with pytest.raises(HttpRefused, match=r"turncoat\.example leads to"):
            door.send(HttpCall(method="GET", url=f"http://one.example:{server.port}/"))


def test_nothing_private_crosses_to_another_host() -> None:
    def say(request: Received) -> bytes:
        if request.headers["host"].startswith("one"):
            return to(f"http://two.example:{server.port}/landed")
        return reply(body=b"there")

    headers = {
        "Authorization": "Bearer x",
        "Cookie": "a=1",
        "X-Api-Key": "k",
        "Accept": "text/html",
    }
    with Loopback(say) as server:
        send(f"http://one.example:{server.port}/", headers=headers)
    first, second = server.received
    assert first.headers["x-api-key"] == "k"
    assert not {"authorization", "cookie", "x-api-key", "referer"} & set(second.headers)
    assert second.headers["accept"] == "text/html"


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("PUT", 302, "PUT"),
        ("POST", 307, "POST"),
        ("DELETE", 308, "DELETE"),
        ("HEAD", 303, "HEAD"),
        ("GET", 302, "GET"),
    ],
)
def test_the_method_changes_as_the_standard_says(method: str, status: int, then: str) -> None:
    body = b"data" if method in ("POST", "PUT") else None
    headers = {"Content-Type": "text/plain", "X-Own": "1"}
    call = HttpCall(method=method, url="https://one.example/", body=body, headers=headers)
    here, there = Target.parse("https://one.example/"), Target.parse("https://one.example/b")
    after = next_call(call, status, here, there)
    assert (after.method, after.url) == (then, "https://one.example/b")
    assert after.body == (body if then == method else None)
    assert ("Content-Type" in after.headers) == (then == method)
    assert after.headers["X-Own"] == "1"


@pytest.mark.parametrize("there", ["https://two.example/", "http://one.example/"])
def test_a_body_is_not_handed_to_another_host_or_to_an_open_line(there: str) -> None:
    call = HttpCall(method="POST", url="https://one.example/", body=b"data")
    with pytest.raises(HttpRefused, match="does not hand data"):
        next_call(call, 307, Target.parse("https://one.example/"), Target.parse(there))


def test_a_step_up_to_https_on_the_same_host_keeps_everything() -> None:
    call = HttpCall(method="POST", url="http://one.example/", body=b"data", headers={"X-Own": "1"})
    here, there = Target.parse("http://one.example/"), Target.parse("https://one.example/")
    after = next_call(call, 308, here, there)
    assert (after.body, dict(after.headers)) == (b"data", {"X-Own": "1"})


def test_a_redirect_from_http_to_https_really_connects_over_tls(
    certificates: Certificates, trusted: Path
) -> None:
    with Loopback(lambda _: reply(body=b"safe"), tls=certificates.server("two.example")) as safe:  # noqa: SIM117  # one after the other
        with Loopback(lambda _: to(f"https://two.example:{safe.port}/")) as server:
            assert send(f"http://one.example:{server.port}/").body == b"safe"
