"""Whether a link of this installation means anything on another computer."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def works_here_only(public_url: str) -> bool:
    """Whether the address names the computer it is opened on, as 127.0.0.1 does."""
    host = urlsplit(public_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False
