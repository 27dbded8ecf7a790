"""Keeps what a model asks of a service within the address that the tool was made for."""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from app.engine.errors import StepFailed
from app.engine.ports import HttpPort
from app.lib.safe_http import HttpAnswer, HttpCall, HttpRefused
from app.lib.safe_http.target import Target

_UNFIT = re.compile(r"[\x00-\x20\x7f\\?#]|//|:/")
_STEPS_UP = re.compile(r"(^|/)\.{1,2}(/|$)")
_MOST_UNQUOTED = 4


def address_below(address: str, path: str) -> str:
    """The address with the path after it; raises StepFailed for one that leads anywhere else."""
    base = address.strip().rstrip("/")
    path = path.strip()
    # A server may read %2e%2e, or even %252e, as two dots.
    plain = path
    for _ in range(_MOST_UNQUOTED):
        plain = unquote(plain)
    if _UNFIT.search(path) or _UNFIT.search(plain.lstrip("/")) or _STEPS_UP.search(plain):
        raise StepFailed(
            "“path” must be a plain path below the address of the tool, such as orders/17; names "
            "and values of a query go into “query”.",
            can_retry=False,
        )
    whole = f"{base}/{path.lstrip('/')}" if path.strip("/") else address.strip()
    if not is_below(address, whole):
        raise StepFailed("“path” leads away from the address of the tool.", can_retry=False)
    return whole


def is_below(address: str, url: str) -> bool:
    """Whether a web address is on the same server as `address`, and its path begins alike."""
    try:
        allowed, asked = Target.parse(address), Target.parse(url)
    except HttpRefused:
        return False
    is_same = (allowed.scheme, allowed.host, allowed.port) == (
        asked.scheme,
        asked.host,
        asked.port,
    )
    folder = allowed.path.rstrip("/")
    return is_same and (asked.path == allowed.path or f"{asked.path}/".startswith(f"{folder}/"))


@dataclass(frozen=True, slots=True)
class OneService:
    """The door to other hosts, open to one address only; it follows nobody elsewhere."""

    http: HttpPort
    address: str

    def send(self, call: HttpCall, connection_id: str | None) -> HttpAnswer:
        """Send; raises HttpRefused for another address."""
        if not is_below(self.address, call.url):
            raise HttpRefused("This tool may only be used with its own address.")
        return self.http.send(replace(call, follow_redirects=False), connection_id)
