"""Sends an HTTP step's call, again when the service is busy, and holds what came back."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from tempfile import SpooledTemporaryFile
from threading import Event
from time import monotonic
from typing import BinaryIO, cast

from app.engine.errors import StepFailed
from app.engine.ports import Ports
from app.lib.safe_http import HttpAnswer, HttpCall, HttpFailed, HttpRefused
from app.nodes.file_words import linger

MAX_WAIT_S = 60.0
_FIRST_WAIT_S = 1.0
_SLICE_S = 0.1
_IN_MEMORY_BYTES = 1_000_000
_TOO_MANY = 429
_FAULTS_FROM = 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer and its body, which large ones leave on disk; good inside the `with` only."""

    answer: HttpAnswer
    content: BinaryIO
    size: int

    def read(self) -> bytes:
        """The body as a whole."""
        self.content.seek(0)
        return self.content.read()


@contextmanager
def fetched(
    call: HttpCall, connection: str, ports: Ports, *, times: int, writes: bool
) -> Iterator[Fetched]:
    """The answer to the call, after at most `times` more tries while the service is busy.

    Raises StepFailed when none comes.
    """
    number = 0
    while True:
        with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
            sink = cast(BinaryIO, spool)
            answer = _send(replace(call, sink=sink), connection, ports, writes=writes)
            wait_s = pause_s(answer, number, ports.clock()) if number < times else None
            if wait_s is None:
                sink.write(answer.body)
                yield Fetched(answer, sink, sink.tell())
                return
        number += 1
        ports.log("warning", f"Busy (answer {answer.status}). Trying again in {wait_s:g} s")
        hold(wait_s, ports)


def pause_s(answer: HttpAnswer, number: int, now: datetime) -> float | None:
    """How long to wait before the next try; None when trying again is no use.

    What the service asks for in `Retry-After` counts (RFC 9110, 10.2.3), else the wait doubles.
    A service that asks for more than a minute is not waited for.
    """
    if answer.status != _TOO_MANY and answer.status < _FAULTS_FROM:
        return None
    asked = _retry_after_s(answer.headers.get("retry-after", ""), now)
    wait_s = _FIRST_WAIT_S * 2**number if asked is None else asked
    return wait_s if wait_s <= MAX_WAIT_S else None


def hold(wait_s: float, ports: Ports) -> None:
    """Wait, but no longer than the run goes on; raises StepFailed when it was stopped."""
    until = monotonic() + wait_s
    pause = Event()
    while True:
        if ports.cancelled():
            linger(ports)
            raise StepFailed("The run was stopped while this step waited.", can_retry=False)
        left_s = until - monotonic()
        if left_s <= 0:
            return
        pause.wait(min(left_s, _SLICE_S))


def _send(call: HttpCall, connection: str, ports: Ports, *, writes: bool) -> HttpAnswer:
    try:
        return ports.http.send(call, connection or None)
    except HttpRefused as refused:
        raise StepFailed(refused.sentence, can_retry=False, output={"refused": True}) from refused
    except HttpFailed as failed:
        raise StepFailed(failed.sentence, unsure=failed.unsure and writes) from failed


def _retry_after_s(said: str, now: datetime) -> float | None:
    said = said.strip()
    if said.isascii() and said.isdecimal():
        return float(said) if len(said) < 10 else math.inf
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, math.ceil((at - now).total_seconds()))
