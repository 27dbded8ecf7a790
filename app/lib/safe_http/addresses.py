"""Which network addresses a request may reach, however the address is written or wrapped."""

from enum import IntEnum
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

Address = IPv4Address | IPv6Address


class Reach(IntEnum):
    """How far away an address is; the larger, the more it is kept shut."""

    PUBLIC = 0
    PRIVATE = 1
    """Only when the installation names the host itself (`LAMPLIGHT_PRIVATE_HOSTS`)."""
    NEVER = 2
    """Cloud metadata, link-local, multicast and the like: no setting opens these."""


_METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # most clouds
        "168.63.129.16",  # Azure's host agent, a public address by every table
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS, credentials of pods
        "fd20:ce::254",  # Google
    )
)
# Python's own tables differ between patch releases; these close what the oldest one leaves open.
_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10")
)
_NOT_PUBLIC_V6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_COMPATIBLE = IPv6Network("::/96")
_ISATAP_MARKS = frozenset((0x0000_5EFE, 0x0200_5EFE))
_LOW_32 = 0xFFFF_FFFF


@lru_cache(maxsize=4096)
def reach(text: str) -> Reach:
    """How far `text` (a canonical address, as the system's resolver gives it) is.

    An IPv6 address that carries an IPv4 address inside is judged by the worse of the two.
    Raises ValueError for text that is no address.
    """
    address = ip_address(text)
    return max(_reach_of(face) for face in (address, *_carried(address)))


def _reach_of(address: Address) -> Reach:
    if _is_never(address):
        return Reach.NEVER
    return Reach.PUBLIC if _is_public(address) else Reach.PRIVATE


def _is_never(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return True
    return (
        address in _METADATA
        or address.is_multicast
        or address.is_unspecified
        or address.is_link_local
        or (isinstance(address, IPv4Address) and address.is_reserved)
    )


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_V4)
    if address in _NAT64 or address in _MAPPED:
        return True  # nothing but a wrapping: the carried address decides
    return (
        address in _GLOBAL_UNICAST
        and address.is_global
        and not any(address in network for network in _NOT_PUBLIC_V6)
    )


def _carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses inside an IPv6 one (RFC 4291, 6052, 8215, 3056, 4380, 5214)."""
    if isinstance(address, IPv4Address):
        return ()
    bits = int(address)
    found: list[int] = []
    if address in _MAPPED or address in _NAT64 or address in _COMPATIBLE:
        found.append(bits & _LOW_32)
    if address in _NAT64_LOCAL:
        # A /96 below it ends with the address; used as a /48 it is split around bits 64 to 71.
        found += [bits & _LOW_32, (bits >> 64 & 0xFFFF) << 16 | bits >> 40 & 0xFFFF]
    if address in _SIX_TO_FOUR:
        found.append(bits >> 80 & _LOW_32)
    if address in _TEREDO:
        found += [bits >> 64 & _LOW_32, ~bits & _LOW_32]
    if bits >> 32 & _LOW_32 in _ISATAP_MARKS:
        found.append(bits & _LOW_32)
    return tuple(IPv4Address(number) for number in found)
