"""The fixtures of runs, and services on this machine that can be made to wait."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.loopback import Loopback, Received, reply
from tests.runs.conftest import agent, browser, house, make_agent, nursery, start_run

__all__ = ["agent", "browser", "house", "make_agent", "nursery", "start_run"]


@dataclass
class Service:
    """Answers `ok`, except that calls to `/slow` wait until `go_on`; remembers every call."""

    gate: threading.Event = field(default_factory=threading.Event)
    on_call: Callable[[Received], None] = lambda request: None  # before it is answered
    loopback: Loopback = field(init=False)

    def __post_init__(self) -> None:
        self.loopback = Loopback(self._say)

    def _say(self, request: Received) -> bytes:
        self.on_call(request)
        if request.path == "/slow":
            self.gate.wait(30)
        return reply(body=b'"ok"', Content_Type="application/json")

    @property
    def calls(self) -> Counter[str]:
        """How often each path was asked."""
        return Counter(one.path for one in self.loopback.received)

    def keys(self, path: str) -> list[str]:
        """The idempotency keys that came with calls of this path."""
        return [
            one.headers["idempotency-key"] for one in self.loopback.received if one.path == path
        ]

    def url(self, path: str) -> str:
        """The address of a path."""
        return self.loopback.url + path

    def go_on(self) -> None:
        """Answer what waits, and everything from now on at once."""
        self.gate.set()


@pytest.fixture
def service() -> Iterator[Service]:
    """A service on this machine."""
    service = Service()
    with service.loopback:
        yield service
        service.go_on()
