"""A web address taken apart once, so that what is checked is exactly what is contacted."""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from app.lib.safe_http.hosts import normal_host
from app.lib.safe_http.messages import HttpRefused

MAX_URL_CHARS = 8_000
_PORTS = {"http": 80, "https": 443}
_REFUSED = re.compile(r"[\x00-\x1f\x7f\\]")
_KEPT_IN_PATH = "/%:@!$&'()*+,;=~"
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?[]"


@dataclass(frozen=True, slots=True)
class Target:
    """Where one hop goes. `host` is normal (see `normal_host`); the fragment is dropped."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @classmethod
    def parse(cls, url: str) -> "Target":
        """Read a web address; raises HttpRefused with a sentence about what is wrong."""
        url = url.strip(" ")
        if len(url) > MAX_URL_CHARS:
            raise HttpRefused(f"The web address is longer than {MAX_URL_CHARS:,} characters.")
        if _REFUSED.search(url):
            raise HttpRefused(
                "The web address has a backslash, a line break or another control character in it."
            )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise HttpRefused(f"“{url[:80]}” is not a complete web address.") from error
        if parts.scheme not in _PORTS or not parts.netloc:
            raise HttpRefused("A web address starts with https:// or http://, then the host.")
        if "@" in parts.netloc:
            raise HttpRefused(
                "The web address has a name or password before the @. "
                "Take it out and use a connection instead."
            )
        if port == 0:
            raise HttpRefused("Port 0 cannot be reached.")
        host = normal_host(_host_text(parts.netloc))
        return cls(
            parts.scheme,
            host,
            port or _PORTS[parts.scheme],
            quote(parts.path, safe=_KEPT_IN_PATH) or "/",
            quote(parts.query, safe=_KEPT_IN_QUERY),
        )

    @property
    def is_secure(self) -> bool:
        """Whether the way there is encrypted."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as the Host header wants them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def request_path(self) -> str:
        """Path and query as the request line wants them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The whole address in one spelling."""
        return f"{self.scheme}://{self.authority}{self.request_path}"

    def with_query(self, extra: dict[str, str]) -> "Target":
        """The same place with more query values at the end."""
        added = urlencode(extra)
        return replace(self, query=f"{self.query}&{added}" if self.query else added)

    def is_same_place(self, other: "Target") -> bool:
        """Whether `other` is the same server, or the same one after a step up to https."""
        if self.host != other.host:
            return False
        if (self.scheme, self.port) == (other.scheme, other.port):
            return True
        return (self.scheme, self.port, other.scheme, other.port) == ("http", 80, "https", 443)


def _host_text(netloc: str) -> str:
    """The host as written: `urlsplit().hostname` would fold case and drop brackets."""
    if netloc.startswith("["):
        return netloc[: netloc.rfind("]") + 1]
    return netloc.partition(":")[0]
