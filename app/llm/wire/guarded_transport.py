"""The HTTP client that the model libraries are given: it sends through our own door, nothing else.

The key is taken out of the headers and handed to the door beside the call, so that it goes to the
provider's own host only, encrypted or to a host that the installation named, and never after a
redirect.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import monotonic

import httpx2

from app.lib.safe_http import Door, HttpCall, HttpFailed, HttpStream, HttpTrouble
from app.lib.safe_http.target import Target

MAX_BYTES = 20_000_000
_KEY_HEADERS = frozenset({"authorization", "x-api-key", "x-goog-api-key", "api-key"})
# The door frames the message and unpacks the answer itself.
_OWN = frozenset(
    {"host", "accept-encoding", "connection", "content-length", "transfer-encoding", "te"}
)
_UNPACKED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


@dataclass(slots=True)
class Call:
    """One question on its way: until when, who may stop it, and what went wrong below."""

    until: float  # on the monotonic clock
    is_cancelled: Callable[[], bool]
    trouble: HttpTrouble | None = None
    has_begun: bool = False  # whether anything of an answer came
    media_type: str = ""  # of the answer
    streams: list[HttpStream] = field(default_factory=list)

    @property
    def left_s(self) -> float:
        """Seconds that remain."""
        return self.until - monotonic()


_CALL: ContextVar[Call] = ContextVar("model_call")


@contextmanager
def calling(call: Call) -> Iterator[None]:
    """Requests inside belong to this call; what it opened is closed at the end."""
    token = _CALL.set(call)
    try:
        yield
    finally:
        _CALL.reset(token)
        for stream in call.streams:
            stream.close()


def guarded_client(door: Door, *, has_key: bool) -> httpx2.AsyncClient:
    """A client for one model; every call runs in an event loop of its own."""
    return httpx2.AsyncClient(
        transport=_Transport(door, has_key=has_key), timeout=600, trust_env=False
    )


class _Transport(httpx2.AsyncBaseTransport):
    """Blocks while it waits: nothing else runs in the event loop of a call."""

    def __init__(self, door: Door, *, has_key: bool) -> None:
        self._door = door
        self._has_key = has_key

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it, and give back the answer as soon as it begins."""
        call = _CALL.get()
        try:
            stream = self._open(request, await request.aread(), call)
        except HttpTrouble as trouble:
            call.trouble = trouble
            raise httpx2.ConnectError(trouble.sentence) from trouble
        call.streams.append(stream)
        call.media_type = stream.headers.get("content-type", "").partition(";")[0].strip().lower()
        headers = [(name, one) for name, one in stream.headers.items() if name not in _UNPACKED]
        return httpx2.Response(stream.status, headers=headers, stream=_Arriving(stream, call))

    def _open(self, request: httpx2.Request, body: bytes, call: Call) -> HttpStream:
        if call.left_s <= 0:
            raise HttpFailed("The time was over before the question was sent.")
        headers = {name: one for name, one in request.headers.items() if name not in _OWN}
        secret = {name: one for name, one in headers.items() if name in _KEY_HEADERS}
        url = str(request.url)
        target = Target.parse(url)
        return self._door.open(
            HttpCall(
                method=request.method,
                url=url,
                headers={name: one for name, one in headers.items() if name not in secret},
                body=body or None,
                timeout_s=call.left_s,
                max_bytes=MAX_BYTES,
                follow_redirects=False,
            ),
            secret_headers=secret if self._has_key else {},
            secret_hosts=(f"[{target.host}]" if ":" in target.host else target.host,),
        )


class _Arriving(httpx2.AsyncByteStream):
    """The body of an answer, piece by piece."""

    def __init__(self, stream: HttpStream, call: Call) -> None:
        self._stream = stream
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            for chunk in self._stream.chunks:
                self._call.has_begun = True
                yield chunk
                if self._call.is_cancelled():
                    raise HttpFailed("It was stopped.")
        except HttpTrouble as trouble:
            self._call.trouble = trouble
            raise httpx2.ReadError(trouble.sentence) from trouble

    async def aclose(self) -> None:
        """End the line."""
        self._stream.close()
