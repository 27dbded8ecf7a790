"""The few doors through which a step reaches the world; everything else is closed to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.engine.record import LogLevel
from app.engine.states import RunMode


@dataclass(frozen=True, slots=True)
class Port:
    """One way out of a step; `id` is stable, `label` is what people read."""

    id: str
    label: str


OUT = Port("out", "Then")
ERROR = Port("error", "If it fails")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One outgoing request; times in seconds, sizes in bytes."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout_s: float = 30.0
    max_bytes: int = 1_000_000
    follow_redirects: bool = True


class HttpAnswer(Protocol):
    """What a service answered."""

    @property
    def status(self) -> int:
        """The status code, for instance 200."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header names and values."""

    @property
    def body(self) -> bytes:
        """The body as it came, at most `max_bytes` long."""


class HttpPort(Protocol):
    """The one way out to other hosts."""

    def send(self, request: HttpRequest, connection_id: str | None) -> HttpAnswer:
        """Send, with the secrets of the connection added where its hosts allow it.

        Raises an error with a `sentence` attribute when the request is refused or fails.
        """


class LogPort(Protocol):
    """One line for the run's log."""

    def __call__(self, level: LogLevel, text: str) -> None:
        """Write `text`; levels are info, warning and error."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What one try of one step may use.

    The runner itself fills in `log`, `cancelled`, `idempotency_key` and `mode`, so whoever
    makes ports only has to care for `http` and `clock`.
    """

    http: HttpPort
    clock: Callable[[], datetime]
    log: LogPort = lambda level, text: None  # noqa: ARG005  # a port that says nothing
    cancelled: Callable[[], bool] = lambda: False
    idempotency_key: str = ""
    mode: RunMode = RunMode.LIVE
