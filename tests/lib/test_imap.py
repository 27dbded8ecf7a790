"""Reading a mailbox: a real server, with and without encryption, and servers that are none."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.lib.imap import Account, MailboxTrouble, open_mailbox
from app.lib.safe_socket import Dialer
from tests.dovecot import PASSWORD, USER, Dovecot
from tests.lib.test_safe_socket import listening
from tests.loopback import Certificates

HELLO = b"From: a@b.example\r\nSubject: Hello\r\n\r\nHello\r\n"


def account(port: int, **changes: object) -> Account:
    """The account of the throw-away server."""
    known = {
        "host": "localhost",
        "port": port,
        "encryption": "none",
        "username": USER,
        "password": PASSWORD,
    }
    return Account(**known | changes)  # type: ignore[arg-type]


def dialer(*ports: int) -> Dialer:
    """Opens lines to these ports of this computer."""
    hosts = tuple(f"localhost:{port}" for port in ports)
    return Dialer(hosts, resolve=lambda _host, _port: ["127.0.0.1"])


@pytest.mark.imap
def test_it_works() -> None:
    with Dovecot() as server:
        ours, lines = account(server.port), dialer(server.port)
        server.deliver(HELLO)
        with open_mailbox(lines, ours, timeout_s=10) as box:
            assert (box.count, box.next_uid) == (1, 2)
            assert box.after(0) == [1]
            assert box.after(1) == []
            assert box.size_of(1) == len(HELLO)
            assert box.message(1) == HELLO
            assert box.message(1, only_head=True) == HELLO.removesuffix(b"Hello\r\n")
            assert (box.size_of(9), box.message(9)) == (None, None)
        assert server.flags() == [""]
        with open_mailbox(lines, ours, timeout_s=10, to_mark=True) as box:
            box.mark_read(1)
        assert server.flags() == ["S"]


@pytest.mark.imap
@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_an_encrypted_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encryption: str
) -> None:
    authority = Certificates.make(tmp_path)
    authority.server("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with Dovecot(tmp_path / "localhost.pem") as server:
        port = server.tls_port if encryption == "tls" else server.port
        server.deliver(HELLO)
        with open_mailbox(dialer(port), account(port, encryption=encryption), timeout_s=10) as box:
            assert box.message(1) == HELLO


@pytest.mark.imap
def test_a_certificate_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    Certificates.make(tmp_path).server("localhost")
    with Dovecot(tmp_path / "localhost.pem") as server:
        for encryption, port in (("tls", server.tls_port), ("starttls", server.port)):
            ours = account(port, encryption=encryption)
            assert "cannot be trusted" in trouble(dialer(port), ours)


@pytest.mark.imap
def test_what_a_server_refuses_is_said_without_its_words() -> None:
    with Dovecot() as server:
        lines = dialer(server.port)
        said = trouble(lines, account(server.port, password="wrong but secret"))
        assert said == "localhost does not accept this user name and password."
        said = trouble(lines, account(server.port, folder="Entwürfe & “mehr”"))
        assert "has no folder “Entwürfe & “mehr””" in said
        said = trouble(lines, account(server.port, encryption="starttls"))
        assert "offers no encryption" in said


@pytest.mark.imap
def test_a_password_is_not_sent_in_the_open_to_others() -> None:
    def greet(caller: socket.socket) -> None:
        caller.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
        asked = caller.recv(100)
        caller.sendall(
            b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + asked.split()[0] + b" OK done\r\n"
        )
        heard.append(caller.recv(100))

    heard: list[bytes] = []
    with listening(greet) as port:
        # Reachable because of its name, yet not one of the installation's own at this port.
        lines = dialer(port)
        lines.is_own_host = lambda _host, _port: False  # type: ignore[method-assign]
        assert "could be read on the way" in trouble(lines, account(port))
    assert not any(b"AUTH" in one or b"LOGIN" in one for one in heard)


def test_a_host_inside_a_private_network_is_refused() -> None:
    lines = Dialer(resolve=lambda _host, _port: ["10.0.0.7"])
    assert "localhost" in trouble(lines, account(143)) or "private" in trouble(lines, account(143))


@pytest.mark.parametrize(
    "talk",
    [
        lambda caller: caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        lambda caller: caller.sendall(b"* BYE too busy\r\n"),
        lambda caller: caller.sendall(b"\x00\xff" * 2_000),
        lambda caller: None,
    ],
)
def test_a_server_that_speaks_no_imap(talk: Callable[[socket.socket], None]) -> None:
    with listening(talk) as port:
        assert "not IMAP" in trouble(dialer(port), account(port))


def test_a_server_of_one_byte_a_second_is_left_in_time() -> None:
    def drip(caller: socket.socket) -> None:
        for _ in range(30):
            caller.sendall(b"*")
            time.sleep(0.2)  # this is how slow the server is

    started = time.monotonic()
    with listening(drip) as port:
        assert trouble(dialer(port), account(port), timeout_s=1)
        assert time.monotonic() - started < 3


def test_a_greeting_without_end_is_cut_off() -> None:
    def shout(caller: socket.socket) -> None:
        for _ in range(1_000):
            caller.sendall(b"x" * 100_000)

    with listening(shout) as port:
        assert "not IMAP" in trouble(dialer(port), account(port))


def trouble(lines: Dialer, ours: Account, *, timeout_s: float = 10) -> str:
    """The sentence that opening this mailbox ends with."""
    with pytest.raises(MailboxTrouble) as caught, open_mailbox(lines, ours, timeout_s=timeout_s):
        pass
    return caught.value.sentence
