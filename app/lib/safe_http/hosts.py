"""Host names: one spelling for each, and the patterns that say where something may go."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import idna

from app.lib.safe_http.messages import HttpRefused

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LIKE = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_HOST_CHARS = 253


def normal_host(text: str) -> str:
    """The one spelling of a host: lower case, punycode, no final dot, IPv6 without brackets.

    Raises HttpRefused for everything that other programs might read as a different host: octal,
    hexadecimal, shortened or decimal addresses, zone ids, percent signs, empty labels.
    """
    if text.startswith("[") and text.endswith("]"):
        return _ipv6(text[1:-1])
    host = _ascii(text).removesuffix(".")
    labels = host.split(".")
    if _NUMBER_LIKE.fullmatch(labels[-1]):
        return _ipv4(host)
    if len(host) > _MAX_HOST_CHARS or not all(_LABEL.fullmatch(label) for label in labels):
        raise _not_a_host(text)
    return host


@dataclass(frozen=True, slots=True)
class HostPattern:
    """`api.example.com`, `*.example.com` (any name below it) or either with `:port`."""

    host: str
    is_wildcard: bool
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "HostPattern":
        """Read a pattern as a person types it; raises HttpRefused with what is wrong."""
        text = text.strip()
        is_wildcard = text.startswith("*.")
        host, port = _split_port(text[2:] if is_wildcard else text)
        normal = normal_host(host)
        if is_wildcard and ("." not in normal or ":" in normal or normal[-1].isdigit()):
            raise HttpRefused(
                f"“{text[:80]}” is too wide. After the star comes a name with a dot in it, "
                "such as *.example.com."
            )
        return cls(normal, is_wildcard, port)

    def covers(self, host: str, port: int) -> bool:
        """Whether a request to this normal host and port matches; no port means every port."""
        if self.port is not None and port != self.port:
            return False
        return host.endswith(f".{self.host}") if self.is_wildcard else host == self.host

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        star = "*." if self.is_wildcard else ""
        return f"{star}{host}" if self.port is None else f"{star}{host}:{self.port}"


def _split_port(text: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        return f"[{text}]", None
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        return text, None
    if not port.isascii() or not port.isdigit() or not 0 < int(port) <= 65_535:
        raise HttpRefused(f"“{text[:80]}” has a port that is not a number from 1 to 65535.")
    return host, int(port)


def _ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _not_a_host(text) from error


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError as error:
        raise HttpRefused(
            f"“{text[:80]}” is not a plain address. "
            "Write it as four numbers from 0 to 255, such as 203.0.113.7."
        ) from error


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except ValueError as error:
        raise _not_a_host(text) from error
    if address.scope_id is not None:
        raise HttpRefused(f"“{text[:80]}” names a network card (after the %). Leave that out.")
    return str(address)


def _not_a_host(text: str) -> HttpRefused:
    return HttpRefused(f"“{text[:80]}” is not a host name. It looks like api.example.com.")
