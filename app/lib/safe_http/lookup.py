"""From a host name to the addresses that were checked: the decision the whole door rests on."""

import socket
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from app.lib.safe_http.addresses import Reach, reach
from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.hosts import HostPattern
from app.lib.safe_http.messages import HttpFailed, HttpRefused
from app.lib.safe_http.target import Target

Resolve = Callable[[str, int], list[str]]
"""Host and port in, every address out; raises OSError when the name is not known."""


class Lookup:
    """Finds a host's addresses and lets through only hosts whose addresses all are allowed.

    Answers are remembered for a few seconds: a flow often asks one host many times, and a lookup
    costs as much as half a request. What is remembered is checked again each time. Thread-safe.
    """

    REMEMBERED_S = 5.0
    MAX_REMEMBERED = 1_000

    def __init__(self, private_hosts: tuple[HostPattern, ...], resolve: Resolve) -> None:
        self._private_hosts = private_hosts
        self._resolve = resolve
        self._remembered: dict[tuple[str, int], tuple[float, tuple[str, ...]]] = {}

    def pin(self, target: Target, deadline: Deadline) -> tuple[str, ...]:
        """The addresses this hop may connect to, all of them checked, in the resolver's order.

        One forbidden address among several refuses the host: a name that answers with both a
        public and a private address is how a guard that checks only the first is passed.
        Raises HttpRefused or, when the name cannot be found in time, HttpFailed.
        """
        may_be_private = self.may_be_private(target)
        addresses = self._addresses(target, deadline)
        for address in addresses:
            check(address, target.host, may_be_private=may_be_private)
        return addresses

    def may_be_private(self, target: Target) -> bool:
        """Whether the installation named this host as one that may be inside its own network."""
        return any(one.covers(target.host, target.port) for one in self._private_hosts)

    def _addresses(self, target: Target, deadline: Deadline) -> tuple[str, ...]:
        if ":" in target.host or target.host.rpartition(".")[2].isdigit():
            return (target.host,)  # `normal_host` let it through, so it is an address already
        until, addresses = self._remembered.get((target.host, target.port), (0.0, ()))
        if until > monotonic():
            return addresses
        addresses = _found(target, deadline, self._resolve)
        if len(self._remembered) >= self.MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[target.host, target.port] = (monotonic() + self.REMEMBERED_S, addresses)
        return addresses


def check(address: str, host: str, *, may_be_private: bool) -> None:
    """Raise HttpRefused when `address`, found for `host`, is out of bounds."""
    distance = reach(address)
    if distance is Reach.NEVER:
        raise HttpRefused(
            f"{host} leads to an address that is reserved for machines and networks themselves. "
            "Lamplight never sends anything there."
        )
    if distance is Reach.PRIVATE and not may_be_private:
        raise HttpRefused(
            f"{host} leads to an address inside a private network. If that is meant, "
            "the person who runs Lamplight can add the host to LAMPLIGHT_PRIVATE_HOSTS."
        )


def system_resolve(host: str, port: int) -> list[str]:
    """Ask the operating system (hosts file, then DNS)."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(answer[4][0]) for answer in answers]


def _found(target: Target, deadline: Deadline, resolve: Resolve) -> tuple[str, ...]:
    unknown = HttpFailed(f"The address {target.host} could not be found. Check its spelling.")
    try:
        addresses = _in_time(target, deadline, resolve)
    except OSError as error:
        raise unknown from error
    if not addresses:
        raise unknown
    return tuple(dict.fromkeys(addresses))


def _in_time(target: Target, deadline: Deadline, resolve: Resolve) -> list[str]:
    """`resolve` within the deadline: the system's resolver takes no time limit of its own."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:
            answers.put(OSError(str(error)))

    Thread(target=ask, daemon=True, name="name-lookup").start()
    try:
        answer = answers.get(timeout=deadline.left_s(target.host))
    except Empty:
        raise deadline.passed(target.host) from None
    if isinstance(answer, OSError):
        raise answer
    return answer
