"""A door with one time limit over all calls through it, which says who used the time up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from types import MappingProxyType

from app.lib.safe_http.door import Door
from app.lib.safe_http.messages import HttpAnswer, HttpCall, HttpFailed, HttpStream
from app.lib.safe_http.target import Target

_NOTHING: Mapping[str, str] = MappingProxyType({})


class HurriedDoor(Door):
    """Everything sent through it together takes no longer than `within_s`; used by one thread.

    It is another door with its rules. A call that finds no time left is not made.
    """

    def __init__(self, door: Door, *, within_s: float) -> None:
        self._door = door
        self._ends_at = monotonic() + within_s
        self._slowest = (0.0, "")

    def send(
        self,
        call: HttpCall,
        *,
        secret_headers: Mapping[str, str] = _NOTHING,
        secret_query: Mapping[str, str] = _NOTHING,
        secret_hosts: Sequence[str] = (),
    ) -> HttpAnswer:
        """As the other door's."""
        with self._in_time(call) as shortened:
            return self._door.send(
                shortened,
                secret_headers=secret_headers,
                secret_query=secret_query,
                secret_hosts=secret_hosts,
            )

    def open(
        self,
        call: HttpCall,
        *,
        secret_headers: Mapping[str, str] = _NOTHING,
        secret_hosts: Sequence[str] = (),
    ) -> HttpStream:
        """As the other door's; what arrives later counts, too."""
        with self._in_time(call) as shortened:
            stream = self._door.open(
                shortened, secret_headers=secret_headers, secret_hosts=secret_hosts
            )
        return replace(stream, chunks=self._arriving(stream.chunks, shortened))

    def check_line(self, target: Target) -> None:
        """As the other door's."""
        self._door.check_line(target)

    def _arriving(self, chunks: Iterator[bytes], call: HttpCall) -> Iterator[bytes]:
        with self._in_time(call):
            yield from chunks

    @contextmanager
    def _in_time(self, call: HttpCall) -> Iterator[HttpCall]:
        """The call with no more time than is left; who is late is named."""
        began = monotonic()
        ends_at = min(self._ends_at, began + call.timeout_s)
        try:
            if ends_at <= began:
                raise HttpFailed(f"{Target.parse(call.url).host} was not asked any more.")
            yield replace(call, timeout_s=ends_at - began)
        except HttpFailed as failed:
            self._took(call, began)
            if monotonic() < ends_at:
                raise
            raise HttpFailed(
                f"{self._slowest[1]} did not answer in time. Try again in some minutes.",
                unsure=failed.unsure,
            ) from failed
        self._took(call, began)

    def _took(self, call: HttpCall, began: float) -> None:
        target = Target.parse(call.url)
        address = f"{target.scheme}://{target.authority}{target.path}"
        self._slowest = max(self._slowest, (monotonic() - began, address))
