"""Lines to mail servers: checked addresses, checked certificates, one deadline, one size."""

import contextlib
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.lib.safe_http import HttpFailed, HttpRefused
from app.lib.safe_socket import IN_PLACE_TLS, Dialer, NoTls, SafeSocket
from tests.loopback import Certificates

Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """A server on loopback that says what `talk` says to its one caller."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError), listener.accept()[0] as connection:
            connection.settimeout(10)
            talk(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def dial(
    port: int, *, tls: bool = False, timeout_s: float = 5, host: str = "localhost"
) -> SafeSocket:
    return Dialer((f"{host}:{port}",), resolve=lambda _host, _port: ["127.0.0.1"]).connect(
        host, port, tls=tls, timeout_s=timeout_s, max_bytes=10_000
    )


def test_it_talks_to_a_host_that_the_installation_names() -> None:
    def echo(caller: socket.socket) -> None:
        caller.sendall(caller.recv(100))

    with listening(echo) as port:
        line = dial(port)
        line.sendall(b"hello\r\n")
        with line.makefile("rb") as stream:
            assert stream.readline() == b"hello\r\n"
        assert not line.is_encrypted
        line.close()


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("mail.example", "10.0.0.1"), ("mail.example", "169.254.169.254")],
)
def test_an_inner_address_is_refused(host: str, address: str) -> None:
    def answers(_host: str, _port: int) -> list[str]:
        return [address]

    with pytest.raises(HttpRefused):
        Dialer(resolve=answers).connect(host, 25, tls=False, timeout_s=1)


def test_one_inner_address_among_several_is_refused() -> None:
    dialer = Dialer(resolve=lambda _host, _port: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(HttpRefused, match="LAMPLIGHT_PRIVATE_HOSTS"):
        dialer.connect("mail.example", 25, tls=False, timeout_s=1)


def test_another_port_of_a_named_host_is_refused() -> None:
    dialer = Dialer(("127.0.0.1:2525",))
    with pytest.raises(HttpRefused):
        dialer.connect("127.0.0.1", 2526, tls=False, timeout_s=1)
    assert dialer.is_own_host("127.0.0.1", 2525)
    assert not dialer.is_own_host("127.0.0.1", 2526)


@pytest.mark.parametrize("port", [0, -1, 70_000])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(HttpRefused):
        Dialer().connect("mail.example", port, tls=False, timeout_s=1)


def test_nobody_there_is_told() -> None:
    with listening(lambda _caller: None) as port:
        pass  # closed again
    with pytest.raises(HttpFailed, match=f"nothing answers on port {port}"):
        dial(port)


def test_a_drip_cannot_outstay_the_deadline() -> None:
    def drip(caller: socket.socket) -> None:
        while True:
            caller.sendall(b"2")
            time.sleep(0.05)  # a slow server is what is tried here

    with listening(drip) as port:
        line = dial(port, timeout_s=0.4)
        began = time.monotonic()
        with pytest.raises(HttpFailed, match=r"within 0\.4 seconds"), line.makefile("rb") as stream:
            stream.readline()
        assert time.monotonic() - began < 2
        line.close()


def test_a_flood_is_cut() -> None:
    def flood(caller: socket.socket) -> None:
        while True:
            caller.sendall(b"x" * 4_000)

    with listening(flood) as port:
        line = dial(port)
        with pytest.raises(HttpFailed, match="more than"), line.makefile("rb") as stream:
            stream.read(1_000_000)
        line.close()


def test_tls_is_checked_for_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Certificates.make(tmp_path)
    context = authority.server("localhost")

    def talk(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            secured.sendall(b"good day\r\n")

    with listening(talk) as port, pytest.raises(NoTls, match="cannot be trusted"):
        dial(port, tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    with listening(talk) as port, pytest.raises(NoTls, match="cannot be trusted"):
        dial(port, tls=True, host="other.example")
    with listening(talk) as port:
        line = dial(port, tls=True)
        with line.makefile("rb") as stream:
            assert stream.readline() == b"good day\r\n"
        assert line.is_encrypted
        line.close()


def test_a_server_without_tls_is_told_so() -> None:
    with (
        listening(lambda caller: caller.sendall(b"220 plain here\r\n")) as port,
        pytest.raises(NoTls, match="encrypted line"),
    ):
        dial(port, tls=True)


def test_smtplib_speaks_over_it_and_steps_up_to_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Certificates.make(tmp_path)
    context = authority.server("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))

    def talk(caller: socket.socket) -> None:
        caller.sendall(b"220 ready\r\n")
        caller.recv(1000)
        caller.sendall(b"250-here\r\n250 STARTTLS\r\n")
        caller.recv(1000)
        caller.sendall(b"220 go on\r\n")
        with context.wrap_socket(caller, server_side=True) as secured:
            secured.recv(1000)
            secured.sendall(b"250 here\r\n")
            secured.recv(1000)
            secured.sendall(b"221 bye\r\n")

    with listening(talk) as port:

        class Client(smtplib.SMTP):
            def _get_socket(self, host: str, port: int, _timeout: float) -> SafeSocket:  # type: ignore[override]
                return dial(port, host=host)

        client = Client("localhost", port)
        client.starttls(context=IN_PLACE_TLS)
        assert client.ehlo()[0] == 250
        assert client.sock.is_encrypted  # type: ignore[union-attr]
        client.quit()
