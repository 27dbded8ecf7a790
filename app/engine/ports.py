"""The few doors through which a step reaches the world; everything else is closed to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.engine.record import LogLevel
from app.engine.states import RunMode
from app.lib.safe_http import HttpAnswer, HttpCall


@dataclass(frozen=True, slots=True)
class Port:
    """One way out of a step; `id` is stable, `label` is what people read."""

    id: str
    label: str


OUT = Port("out", "Then")
ERROR = Port("error", "If it fails")


class HttpPort(Protocol):
    """The one way out to other hosts."""

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Send, with the secrets of the connection added where its hosts allow it.

        Raises HttpRefused where a rule forbids it, HttpFailed where no usable answer came.
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
    log: LogPort = lambda level, text: None  # a port that says nothing
    cancelled: Callable[[], bool] = lambda: False
    idempotency_key: str = ""
    mode: RunMode = RunMode.LIVE
