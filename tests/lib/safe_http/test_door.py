"""The door on real servers: what goes out, what comes back, and how trouble is told."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from app.lib.safe_http import Door, HttpAnswer, HttpCall, HttpFailed, HttpRefused
from tests.loopback import Certificates, Loopback, Received, reply

HERE = ("127.0.0.1",)


def ok(_request: Received) -> bytes:
    return reply(body=b"light")


def get(url: str, **options: object) -> HttpAnswer:
    return Door(HERE).send(HttpCall(method="GET", url=url, **options))


def test_it_works() -> None:
    with Loopback(lambda _: reply("201 Made", b"light", X_Lamp="lit", Set_Cookie="a=1")) as server:
        answer = Door(HERE).send(
            HttpCall(
                method="POST",
                url=f"{server.url}/lamps é?q=warm white#top",
                headers={"X-Note": "Grüße", "Content-Type": "text/plain"},
                body=b"on",
            )
        )
    assert (answer.status, answer.reason, answer.body) == (201, "Made", b"light")
    assert answer.headers["x-lamp"] == "lit"
    assert answer.url == f"{server.url}/lamps%20%C3%A9?q=warm%20white"
    assert answer.elapsed_s > 0
    (request,) = server.received
    assert (request.method, request.path) == ("POST", "/lamps%20%C3%A9?q=warm%20white")
    assert request.body == b"on"
    assert request.headers["host"] == server.host
    assert request.headers["x-note"] == "Grüße"
    assert request.headers["user-agent"] == "Lamplight"
    assert "cookie" not in request.headers


def test_repeated_headers_are_joined() -> None:
    with Loopback(lambda _: b"HTTP/1.1 204 \r\nA: 1\r\na: 2\r\n\r\n") as server:
        answer = get(server.url)
    assert (answer.headers["a"], answer.body) == ("1, 2", b"")


def test_a_post_without_a_body_says_so() -> None:
    with Loopback(ok) as server:
        Door(HERE).send(HttpCall(method="POST", url=server.url))
    assert server.received[0].headers["content-length"] == "0"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get", "GET\r\nX: y", ""])
def test_other_methods_are_refused(method: str) -> None:
    with pytest.raises(HttpRefused, match="is not a method"):
        Door().send(HttpCall(method=method, url="https://example.com"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "inner.example"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Proxy-Authorization", "x"),
        ("X-Ok", "a\r\nHost: inner.example"),
        ("X-Ok", "a\nb"),
        ("X Bad", "a"),
        ("X-Bad:", "a"),
        ("", "a"),
        ("X-Nul", "a\0b"),
    ],
)
def test_headers_that_reshape_the_request_are_refused(name: str, value: str) -> None:
    with pytest.raises(HttpRefused):
        Door().send(HttpCall(method="GET", url="https://example.com", headers={name: value}))


def test_proxies_and_netrc_of_the_machine_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password lantern\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with Loopback(ok) as proxy, Loopback(ok) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        get(server.url)
    assert proxy.received == []
    assert "authorization" not in server.received[0].headers


def test_a_private_host_is_refused_until_the_installation_names_it() -> None:
    with Loopback(ok) as server:
        for private_hosts in ((), ("localhost",), (f"127.0.0.1:{server.port + 1}",)):
            with pytest.raises(HttpRefused, match="LAMPLIGHT_PRIVATE_HOSTS"):
                Door(private_hosts).send(HttpCall(method="GET", url=server.url))
        assert server.received == []
        assert get(server.url).body == b"light"


def test_a_name_that_changes_its_answer_is_looked_up_once() -> None:
    """DNS rebinding: public when checked, private when connected to."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    dialled: list[tuple[str, int]] = []

    class Network(socket.socket):
        def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            dialled.append(address)
            raise ConnectionRefusedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.lib.safe_http.pinned.socket.socket", Network)
        with pytest.raises(HttpFailed, match="nothing answers on port 80"):
            Door(resolve=lambda host, port: answers.pop(0)).send(
                HttpCall(method="GET", url="http://rebind.example/")
            )
    assert dialled == [("93.184.215.14", 80)]
    assert answers == [["127.0.0.1"]]


def test_one_private_answer_among_public_ones_refuses_the_host() -> None:
    door = Door(resolve=lambda host, port: ["93.184.215.14", "10.0.0.7"])
    with pytest.raises(HttpRefused, match="private network"):
        door.send(HttpCall(method="GET", url="https://mixed.example"))


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    with Loopback(ok) as server:
        door = Door(("two.example",), resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
        url = f"http://two.example:{server.port}/"
        assert door.send(HttpCall(method="GET", url=url)).body == b"light"
    assert server.received[0].headers["host"] == f"two.example:{server.port}"


@pytest.mark.parametrize("trouble", [socket.gaierror(-2, "unknown"), None])
def test_an_unknown_name_says_so(trouble: OSError | None) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if trouble:
            raise trouble
        return []

    with pytest.raises(HttpFailed) as caught:
        Door(resolve=resolve).send(HttpCall(method="GET", url="https://api.exmaple.com"))
    assert caught.value.sentence == (
        "The address api.exmaple.com could not be found. Check its spelling."
    )
    assert not caught.value.unsure


def test_a_slow_name_lookup_ends_with_the_deadline() -> None:
    released = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        released.wait(10)
        return ["127.0.0.1"]

    started = monotonic()
    with pytest.raises(HttpFailed, match=r"within 0\.2 seconds"):
        Door(resolve=resolve).send(
            HttpCall(method="GET", url="https://slow.example", timeout_s=0.2)
        )
    released.set()
    assert monotonic() - started < 2


@pytest.mark.parametrize("part", ["head", "body", "chunks"])
def test_an_answer_that_drips_ends_with_the_deadline(part: str) -> None:
    def drip(_request: Received) -> Iterator[bytes]:
        if part == "body":
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        if part == "chunks":
            yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while not server.stopped.wait(0.02):
            yield {"head": b"H", "body": b"b", "chunks": b"1\r\na\r\n"}[part]

    started = monotonic()
    with Loopback(drip) as server:
        with pytest.raises(HttpFailed, match=r"within 0\.3 seconds") as caught:
            get(server.url, timeout_s=0.3)
        assert monotonic() - started < 3
    assert caught.value.unsure


def test_a_side_that_does_not_read_ends_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(HttpFailed, match=r"within 0\.3 seconds"):
            Door(HERE).send(HttpCall(method="POST", url=url, body=bytes(30_000_000), timeout_s=0.3))


def test_nobody_listening_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HttpFailed, match=f"nothing answers on port {port}") as caught:
        get(f"http://127.0.0.1:{port}/")
    assert not caught.value.unsure


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 2oo OK\r\n\r\n",
    ],
)
def test_a_broken_answer_says_so(said: bytes) -> None:
    with Loopback(lambda _: said) as server, pytest.raises(HttpFailed, match="broke off") as caught:
        get(server.url)
    assert caught.value.unsure


def test_endless_headers_are_cut_off() -> None:
    def endless(_request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while not server.stopped.is_set():
            yield b"X: " + b"x" * 8_000 + b"\r\n"

    with Loopback(endless) as server, pytest.raises(HttpFailed, match="more headers"):
        get(server.url)


def test_https_checks_the_certificate_for_the_name(
    certificates: Certificates, trusted: Path
) -> None:
    with Loopback(ok, tls=certificates.server("lamp.example", "127.0.0.1")) as server:
        door = Door(
            ("lamp.example", "other.example", "127.0.0.1"), resolve=lambda host, port: ["127.0.0.1"]
        )

        def send(host: str) -> HttpAnswer:
            return door.send(HttpCall(method="GET", url=f"https://{host}:{server.port}/"))

        assert send("lamp.example").body == b"light"
        assert send("127.0.0.1").body == b"light"
        with pytest.raises(HttpFailed, match=r"certificate of other\.example.*Nothing was sent"):
            send("other.example")
    assert len(server.received) == 2


def test_an_unknown_authority_is_not_trusted(certificates: Certificates) -> None:
    with (
        Loopback(ok, tls=certificates.server("127.0.0.1")) as server,
        pytest.raises(HttpFailed, match="cannot be trusted"),
    ):
        get(server.url)
    assert server.received == []


def test_plain_http_behind_an_https_address_says_so() -> None:
    with Loopback(ok) as server, pytest.raises(HttpFailed):
        get(f"https://127.0.0.1:{server.port}/", timeout_s=2)


def test_a_name_is_looked_up_again_after_a_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is remembered is judged anew: the second answer leads inwards."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with Loopback(ok) as server:
        door = Door(("lamp.example",), resolve=lambda host, port: answers.pop(0))
        call = HttpCall(method="GET", url=f"http://lamp.example:{server.port}/")
        for _ in range(3):
            door.send(call)
        assert answers == [["169.254.169.254"]]
        monkeypatch.setattr("app.lib.safe_http.lookup.monotonic", lambda: monotonic() + 6)
        with pytest.raises(HttpRefused):
            door.send(call)
    assert len(server.received) == 3
