"""Connections that go to a checked address only, and streams that keep to the call's limits."""

import io
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.lookup import check
from app.lib.safe_http.messages import HttpFailed
from app.lib.safe_http.target import Target

CONNECT_TIMEOUT_S = 10.0
MAX_ADDRESSES_TRIED = 4
MAX_HEAD_BYTES = 64 * 1024
_SEND_BYTES = 64 * 1024


class Route:
    """One hop's checked way: where to, by which addresses, until when."""

    def __init__(
        self, target: Target, addresses: tuple[str, ...], deadline: Deadline, *, private: bool
    ) -> None:
        self.target = target
        self.deadline = deadline
        self._addresses = addresses
        self._may_be_private = private

    def dial(self) -> socket.socket:
        """A socket to the first address that accepts; raises HttpFailed when none does."""
        trouble: OSError | None = None
        for address in self._addresses[:MAX_ADDRESSES_TRIED]:
            # Asked again at the last moment: nothing between the check and here can change it.
            check(address, self.target.host, may_be_private=self._may_be_private)
            try:
                return self._dial(address)
            except OSError as error:
                trouble = error
        raise HttpFailed(_no_connection(self.target, trouble)) from trouble

    def _dial(self, address: str) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(min(self.deadline.left_s(self.target.host), CONNECT_TIMEOUT_S))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((address, self.target.port))
            sock.settimeout(self.deadline.left_s(self.target.host))  # for the TLS handshake
        except BaseException:
            sock.close()
            raise
        return sock


class PinnedHTTPConnection(HTTPConnection):
    """urllib3's connection, except that it cannot look up a name or choose an address."""

    def __init__(self, route: Route) -> None:
        super().__init__(route.target.host, route.target.port)
        self.route = route

    def _new_conn(self) -> socket.socket:
        return self.route.dial()


class PinnedHTTPSConnection(HTTPSConnection):
    """The same over TLS: the certificate is checked for the name, not for the address."""

    def __init__(self, route: Route, context: ssl.SSLContext) -> None:
        host = route.target.host
        super().__init__(
            host, route.target.port, ssl_context=context, server_hostname=host, cert_reqs="REQUIRED"
        )
        self.route = route

    def _new_conn(self) -> socket.socket:
        return self.route.dial()


class LimitedSocket:
    """A connected socket that asks the deadline before every wait and counts what arrives.

    http.client closes its socket early when the answer ends with the connection; `close` here
    does nothing, and `shut` is called by the one who opened it.
    """

    def __init__(self, sock: socket.socket, route: Route, *, max_bytes: int) -> None:
        self._sock = sock
        self._route = route
        self._received = 0
        self._limit = MAX_HEAD_BYTES
        # Chunked answers carry a frame around each chunk; twice the size leaves room for it.
        self._body_limit = 2 * max_bytes + MAX_HEAD_BYTES
        self._what = "headers"
        self.has_sent = False

    def expect_body(self) -> None:
        """The headers have been read: from here on the body's limit holds."""
        self._limit, self._what = self._body_limit, "answer"

    def settimeout(self, _timeout: float | None) -> None:
        """The deadline alone decides, whatever the library above would set."""

    def sendall(self, data: bytes) -> None:
        """Send everything within the deadline, even to a side that reads slowly."""
        self.has_sent = True
        view = memoryview(data)
        while view:
            with self._in_time():
                view = view[self._sock.send(view[:_SEND_BYTES]) :]

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """The stream http.client reads the answer from."""
        return io.BufferedReader(_LimitedStream(self))

    def recv_into(self, buffer: Any) -> int:
        """Read what is there; raises HttpFailed past the deadline or the size."""
        with self._in_time():
            count = self._sock.recv_into(buffer)
        self._received += count
        if self._received > self._limit:
            raise HttpFailed(
                f"{self._route.target.host} sent more {self._what} than Lamplight takes in."
            )
        return count

    def close(self) -> None:
        """Left to `shut`."""

    def shut(self) -> None:
        """Really close."""
        with suppress(OSError):
            self._sock.close()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        deadline, host = self._route.deadline, self._route.target.host
        self._sock.settimeout(deadline.left_s(host))
        try:
            yield
        except TimeoutError as error:
            raise deadline.passed(host) from error


class _LimitedStream(io.RawIOBase):
    def __init__(self, sock: LimitedSocket) -> None:
        self._limited = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._limited.recv_into(buffer)


def _no_connection(target: Target, trouble: OSError | None) -> str:
    if isinstance(trouble, TimeoutError):
        why = "did not answer the call in time"
    elif isinstance(trouble, ConnectionRefusedError):
        why = f"is there, but nothing answers on port {target.port}"
    else:
        why = "could not be reached"
    return f"{target.host} {why}. Check the address, or try again later."
