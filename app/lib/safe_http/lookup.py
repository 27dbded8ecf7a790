"""From a host name to the addresses that were checked: the decision the whole door rests on."""

import socket
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

from app.lib.safe_http.addresses import Reach, reach
from app.lib.safe_http.deadline import Deadline
from app.lib.safe_http.hosts import HostPattern
from app.lib.safe_http.messages import HttpFailed, HttpRefused
from app.lib.safe_http.target import Target

Resolve = Callable[[str, int], list[str]]
"""Host and port in, every address out; raises OSError when the name is not known."""


def pin(
    target: Target,
    deadline: Deadline,
    *,
    private_hosts: tuple[HostPattern, ...],
    resolve: Resolve,
) -> tuple[str, ...]:
    """The addresses this hop may connect to, all of them checked, in the resolver's order.

    One forbidden address among several refuses the host: a name that answers with both a public
    and a private address is how a guard that checks only the first is passed.
    Raises HttpRefused or, when the name cannot be found in time, HttpFailed.
    """
    may_be_private = is_private_allowed(target, private_hosts)
    addresses = _addresses(target, deadline, resolve)
    for address in addresses:
        check(address, target.host, may_be_private=may_be_private)
    return addresses


def is_private_allowed(target: Target, private_hosts: tuple[HostPattern, ...]) -> bool:
    """Whether the installation named this host as one that may be inside its own network."""
    return any(pattern.covers(target.host, target.port) for pattern in private_hosts)


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


def _addresses(target: Target, deadline: Deadline, resolve: Resolve) -> tuple[str, ...]:
    if ":" in target.host or target.host.rpartition(".")[2].isdigit():
        return (target.host,)  # `normal_host` let it through, so it is an address already
    try:
        found = _in_time(target, deadline, resolve)
    except OSError as error:
        raise HttpFailed(
            f"The address {target.host} could not be found. Check its spelling."
        ) from error
    if not found:
        raise HttpFailed(f"The address {target.host} could not be found. Check its spelling.")
    return tuple(dict.fromkeys(found))


def _in_time(target: Target, deadline: Deadline, resolve: Resolve) -> list[str]:
    """`resolve` within the deadline: the system's resolver takes no time limit of its own."""
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    Thread(target=ask, daemon=True, name="name-lookup").start()
    try:
        answer = answers.get(timeout=deadline.left_s(target.host))
    except Empty:
        raise deadline.passed(target.host) from None
    if isinstance(answer, OSError):
        raise answer
    return answer
