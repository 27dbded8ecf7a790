"""Where the house listens and how people reach it: https beyond this computer, or not at all."""

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.supervisor.options import Options

DEFAULT_PORT = 8000
PORTS_TRIED = 100


class AddressRefused(RuntimeError):
    """The house may not or cannot listen there; the text says why and what to do."""


@dataclass(frozen=True)
class Address:
    """A place to listen. `held` keeps other houses away from the port while it is open."""

    host: str
    port: int
    public_url: str
    certificate: Path | None
    key: Path | None
    held: socket.socket
    moved_from: str = ""  # a sentence, when the usual port was taken

    @property
    def local_url(self) -> str:
        """The address to type on this computer."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{_bracketed(self.reachable_host)}:{self.port}"

    @property
    def reachable_host(self) -> str:
        """A host that reaches the listener from this computer."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104


def choose(options: Options, environ: Mapping[str, str]) -> Address:
    """Decide host, port and public address and take the port. Raises AddressRefused."""
    host = "127.0.0.1" if options.host == "localhost" else options.host
    public_url = environ.get("PUBLIC_URL", "").rstrip("/")
    _check_reach(host, public_url, has_certificate=options.certificate is not None)
    port, held, moved_from = _take_port(host, options.port)
    address = Address(
        host, port, public_url, options.certificate, options.key, held, moved_from=moved_from
    )
    return address if public_url else _with_public_url(address)


def is_loopback(host: str) -> bool:
    """Whether this host name or address never leaves the computer."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_reach(host: str, public_url: str, *, has_certificate: bool) -> None:
    if public_url:
        parts = urlsplit(public_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AddressRefused(
                f"PUBLIC_URL is {public_url!r}. It should look like https://lamplight.example.org."
            )
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise AddressRefused(
                f"PUBLIC_URL is {public_url}, and over plain http everybody on the way can read "
                "passwords.\nPut a proxy with https in front (docs/deploy.md has one for Caddy) "
                f"and set PUBLIC_URL=https://{parts.netloc}."
            )
    if is_loopback(host) or has_certificate or public_url.startswith("https://"):
        return
    raise AddressRefused(
        f"--host {host} would serve other computers over plain http, where everybody on the way "
        "can read passwords.\nEither give a certificate:   bin/up --host "
        f"{host} --certificate FILE --key FILE\nor put a proxy with https in front and tell its "
        "address:   PUBLIC_URL=https://lamplight.example.org bin/up\ndocs/deploy.md shows both."
    )


def _with_public_url(address: Address) -> Address:
    url = address.local_url
    if not is_loopback(address.host):
        name = address.host if address.host == address.reachable_host else socket.gethostname()
        url = f"https://{_bracketed(name)}:{address.port}"
    return Address(**{**vars(address), "public_url": url})


def _take_port(host: str, asked: int | None) -> tuple[int, socket.socket, str]:
    wanted = DEFAULT_PORT if asked is None else asked
    if got := _hold(host, wanted):
        return *got, ""
    taken = f"Port {wanted} is taken by {holder(wanted) or 'another program'}"
    for port in range(wanted + 1, min(wanted + PORTS_TRIED, 65_536)):
        got = _hold(host, port)
        if got and asked is None:
            return *got, f"{taken}, so this is port {port}."
        if got:
            got[1].close()
            raise AddressRefused(f"{taken}. Port {port} is free:   bin/up --port {port}")
    raise AddressRefused(f"{taken}, and none of the next {PORTS_TRIED} is free.")


def _hold(host: str, port: int) -> tuple[int, socket.socket] | None:
    """Take the port (any, for 0) for this house; None when another program has it.

    The web server's processes share the port with SO_REUSEPORT, so a second server of ours could
    bind it too and get half of the requests. A name that only one socket can have, and that goes
    with the process, keeps houses apart.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of a server that has just ended do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return None
            raise AddressRefused(_cannot_listen(host, port, error)) from error
        return _claim(probe.getsockname()[1])


def _claim(port: int) -> tuple[int, socket.socket] | None:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if sys.platform.startswith("linux"):
        try:
            claim.bind(f"\0lamplight-port-{port}")
        except OSError:
            claim.close()
            return None
    return port, claim


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for the system. Take one from 1024 up:   bin/up --port 8000"
    return (
        f"This computer cannot listen on {host}: {error.strerror or error}.\n"
        "--host takes one of its own addresses, or 0.0.0.0 for all of them."
    )


def holder(port: int) -> str | None:
    """Who listens on `port`, as "name (process 123)", when the system lets us see it."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) in inodes for fd in (folder / "fd").iterdir()):
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                return f"{' '.join(words).strip()[:60]} (process {folder.name})"
        except OSError:
            continue
    return None


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            cells = row.split()
            if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{cells[9]}]")
    return found


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
