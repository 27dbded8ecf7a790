"""The door for mail: lines to SMTP and IMAP servers, under the same address rules as `safe_http`.

The standard library's clients speak over what `Dialer.connect` gives: override `_get_socket`
(smtplib) or `_create_socket` (imaplib), and hand `IN_PLACE_TLS` to their `starttls`.
"""

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.hosts import HostPattern, normal_host
from app.lib.safe_http.lookup import Lookup, Resolve, system_resolve
from app.lib.safe_http.messages import HttpFailed, HttpRefused
from app.lib.safe_http.pinned import Route
from app.lib.safe_http.target import Target

MAX_RECEIVED_BYTES = 30_000_000
_SEND_BYTES = 64 * 1024


class NoTls(HttpFailed):
    """The two sides found no encrypted line: another port, no encryption, or a false name."""


class Dialer:
    """Opens lines to checked addresses; holds no state but the trusted certificates. Thread-safe.

    private_hosts: patterns (see `HostPattern`) of hosts that may lie inside a private network.
    The certificates trusted are the system's; `SSL_CERT_FILE` names others, as for any program.
    """

    def __init__(
        self, private_hosts: Sequence[str] = (), *, resolve: Resolve = system_resolve
    ) -> None:
        self._lookup = Lookup(tuple(HostPattern.parse(text) for text in private_hosts), resolve)

    def connect(
        self,
        host: str,
        port: int,
        *,
        tls: bool,
        timeout_s: float,
        max_bytes: int = MAX_RECEIVED_BYTES,
    ) -> "SafeSocket":
        """A line to `host`, encrypted from the start when `tls`.

        `timeout_s` is for everything that is ever done with it: finding the address, TLS, and
        each byte until it is closed. Raises HttpRefused where a rule forbids the host, HttpFailed
        (NoTls for trouble with the encryption) where it cannot be reached.
        """
        if not 0 < port <= 65_535:
            raise HttpRefused("A port is a number from 1 to 65535.")
        target = Target("tcp", normal_host(host.strip()), port, "", "")
        deadline = Deadline(timeout_s)
        addresses = self._lookup.pin(target, deadline)
        may_be_private = self._lookup.may_be_private(target)
        route = Route(target, addresses, deadline, private=may_be_private)
        line = SafeSocket(
            route.dial(),
            target.host,
            deadline=deadline,
            max_bytes=max_bytes,
            context=lambda: self._context,
        )
        if tls:
            line.encrypt()
        return line

    def is_own_host(self, host: str, port: int) -> bool:
        """Whether the installation named this host as one of its own (`LAMPLIGHT_PRIVATE_HOSTS`).

        Only there may a password go over a line that is not encrypted.
        """
        return self._lookup.may_be_private(Target("tcp", normal_host(host.strip()), port, "", ""))

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class SafeSocket:
    """A connected line that keeps to one deadline and one size; what the libraries expect of it.

    Past the deadline every call raises HttpFailed; other trouble of the line stays an OSError.
    """

    def __init__(
        self,
        sock: socket.socket,
        host: str,
        *,
        deadline: Deadline,
        max_bytes: int,
        context: Callable[[], ssl.SSLContext],
    ) -> None:
        self._sock = sock
        self._host = host
        self._deadline = deadline
        self._left_bytes = max_bytes
        self._context = context

    @property
    def is_encrypted(self) -> bool:
        """Whether the other side has shown a certificate for its name."""
        return isinstance(self._sock, ssl.SSLSocket)

    def encrypt(self) -> None:
        """Begin TLS, the certificate checked for the host's name; closes and raises NoTls."""
        try:
            self._wait()
            self._sock = self._context().wrap_socket(self._sock, server_hostname=self._host)
        except (OSError, HttpFailed) as error:
            self.close()
            raise self._no_tls(error) from error

    def settimeout(self, _timeout: float | None) -> None:
        """The deadline alone decides, whatever a library would set."""

    def sendall(self, data: Any) -> None:
        """Send everything within the deadline, even to a side that reads slowly."""
        view = memoryview(data)
        while view:
            self._wait()
            try:
                view = view[self._sock.send(view[:_SEND_BYTES]) :]
            except TimeoutError as error:
                raise self._passed() from error

    def recv_into(self, buffer: Any) -> int:
        """Read what is there; raises HttpFailed past the deadline or the size."""
        self._wait()
        try:
            count = self._sock.recv_into(buffer)
        except TimeoutError as error:
            raise self._passed() from error
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise HttpFailed(f"{self._host} sent more than Lamplight takes in.")
        return count

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        """The stream a library reads answers from."""
        return io.BufferedReader(_Stream(self))

    def shutdown(self, how: int) -> None:
        """Say that nothing more comes."""
        self._sock.shutdown(how)

    def close(self) -> None:
        """End the line."""
        with suppress(OSError):
            self._sock.close()

    def _wait(self) -> None:
        self._sock.settimeout(self._deadline.left_s(self._host))

    def _passed(self) -> HttpFailed:
        return self._deadline.passed(self._host)

    def _no_tls(self, error: Exception) -> HttpFailed:
        if isinstance(error, HttpFailed | TimeoutError):
            return self._passed()
        if isinstance(error, ssl.SSLCertVerificationError):
            return NoTls(
                f"The certificate of {self._host} cannot be trusted ({error.verify_message}). "
                "Nothing was sent."
            )
        return NoTls(
            f"{self._host} could not agree on an encrypted line at this port. "
            "Check the port and the kind of encryption."
        )


class _Stream(io.RawIOBase):
    def __init__(self, line: SafeSocket) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.recv_into(buffer)


class _InPlaceTls:
    """Stands where smtplib and imaplib expect an SSLContext: the line itself knows its own."""

    def wrap_socket(self, line: SafeSocket, server_hostname: str = "") -> SafeSocket:
        """Encrypt `line` for the name it was dialled by, whatever the library passes."""
        line.encrypt()
        return line


IN_PLACE_TLS: Any = _InPlaceTls()
