"""What goes out of the door and what comes back: calls, answers and the two kinds of trouble."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE_REFUSED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# They frame the message or name its receiver: a caller who sets them can smuggle a second request.
_OWN_HEADERS = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)


class HttpTrouble(Exception):
    """A call that did not bring an answer; `sentence` says why in words for a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class HttpRefused(HttpTrouble):
    """We do not send this: a rule forbids it, and trying again changes nothing."""


class HttpFailed(HttpTrouble):
    """It was sent, or tried, and no usable answer came: trying again may help.

    `unsure` is True when the other side may have received the call and acted on it.
    """

    def __init__(self, sentence: str, *, unsure: bool = False) -> None:
        super().__init__(sentence)
        self.unsure = unsure


@dataclass(frozen=True, slots=True)
class BodyStream:
    """A body that is never held as a whole: `size` bytes, made anew each time it is sent."""

    size: int
    chunks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One request. Secrets are not part of it: they go to `Door.send` beside it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes | BodyStream | None = None
    timeout_s: float = 30.0
    """For everything together: finding the address, connecting, redirects, the last byte."""
    max_bytes: int = 2_000_000
    """Of the answer's body, before and after it is unpacked."""
    follow_redirects: bool = True
    sink: BinaryIO | None = None
    """Where the answer's body is written as it arrives; `HttpAnswer.body` is empty then."""

    def check(self) -> None:
        """Raise HttpRefused when method, limits or a header cannot be sent."""
        if self.method not in _METHODS:
            raise HttpRefused(
                f"“{self.method[:20]}” is not a method Lamplight sends. "
                "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS."
            )
        if self.timeout_s <= 0 or self.max_bytes <= 0:
            raise HttpRefused("The time limit and the size limit must be above zero.")
        for name, value in self.headers.items():
            check_header(name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What the other side said, its body unpacked."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """Names in lower case; a repeated header's values are joined with a comma and a space."""
    body: bytes
    url: str
    """Where the answer came from after redirects; never with a secret in it."""
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpStream:
    """An answer that still arrives: what is known of it already, and its body to come.

    `chunks` gives the unpacked body as it comes and raises HttpFailed past a limit; `close` ends
    it at any moment.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    chunks: Iterator[bytes]
    close: Callable[[], None]


def check_header(name: str, value: str) -> None:
    """Raise HttpRefused for a header that is malformed or that Lamplight sets itself.

    The sentence names the header, never its value: the value may be a secret.
    """
    if not _HEADER_NAME.fullmatch(name):
        raise HttpRefused(
            f"“{name[:40]}” cannot be a header's name. Use letters, digits and hyphens."
        )
    lower = name.lower()
    if lower in _OWN_HEADERS or lower.startswith("proxy-"):
        raise HttpRefused(f"Lamplight sets the header {name} itself. Take it out of the list.")
    if _HEADER_VALUE_REFUSED.search(value):
        raise HttpRefused(
            f"The value of the header {name} has a line break or another control character in it."
        )
