"""Proof at start-up that the guard is really in the way, whatever was upgraded below it."""

import socket
from contextlib import closing

from app.lib.safe_http.addresses import Reach, reach
from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.door import Door
from app.lib.safe_http.messages import HttpCall, HttpRefused
from app.lib.safe_http.pinned import PinnedHTTPConnection, Route
from app.lib.safe_http.target import Target

_MUST_NOT_BE_PUBLIC = (
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fd00:ec2::254",
)
_TIMEOUT_S = 0.5


class GuardMissing(RuntimeError):
    """Outbound requests would not be guarded; the process must not start."""


def self_test() -> None:
    """Raise GuardMissing unless inner addresses are refused and connections go where pinned.

    Uses one listening socket on loopback; takes about a millisecond.
    """
    for text in _MUST_NOT_BE_PUBLIC:
        if reach(text) is Reach.PUBLIC:
            raise GuardMissing(f"The address rules take {text} for a public address.")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        _refuses_loopback(port)
        _must_be_silent(listener)
        _goes_where_pinned(port)


def _refuses_loopback(port: int) -> None:
    call = HttpCall(method="GET", url=f"http://127.0.0.1:{port}/", timeout_s=_TIMEOUT_S)
    try:
        Door().send(call)
    except HttpRefused:
        return
    except Exception as error:
        raise GuardMissing("A request to this machine was tried instead of refused.") from error
    raise GuardMissing("A request to this machine was answered instead of refused.")


def _must_be_silent(listener: socket.socket) -> None:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return
    raise GuardMissing("A refused request reached its address all the same.")


def _goes_where_pinned(port: int) -> None:
    """The name does not exist, so only a connection made through the pin can succeed."""
    target = Target("http", "guard-self-test.invalid", port, "/", "")
    route = Route(target, ("127.0.0.1",), Deadline(_TIMEOUT_S), private=True)
    connection = PinnedHTTPConnection(route)
    try:
        connection.connect()
    except Exception as error:
        raise GuardMissing("The HTTP library does not connect through the guard.") from error
    finally:
        connection.close()
