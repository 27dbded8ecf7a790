"""Hosts of a test's own on this machine: network namespaces on one bridge."""

import os
import secrets
import shutil
import subprocess
from contextlib import suppress
from functools import cache

FIRST = 11  # of the addresses


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@cache
def why_not() -> str:
    """Why this machine cannot have them; empty when it can."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    if shutil.which("ip") is None:
        return "apt-get install iproute2"
    try:
        with Network() as network:
            network.add_host("probe")
    except (subprocess.CalledProcessError, OSError) as error:
        return f"this machine forbids network namespaces or bridges ({error})"
    return ""


class Network:
    """A bridge that this process is on too, at `here`; use it in a `with`."""

    def __init__(self) -> None:
        self.word = f"ll{secrets.token_hex(3)}"
        self._net = f"10.{77 + secrets.randbelow(100)}.{secrets.randbelow(250)}"
        self.here = f"{self._net}.1"
        self.hosts: dict[str, str] = {}

    def __enter__(self) -> "Network":
        _ip("link", "add", self.word, "type", "bridge")
        _ip("addr", "add", f"{self.here}/24", "dev", self.word)
        _ip("link", "set", self.word, "up")
        return self

    def __exit__(self, *_error: object) -> None:
        for name in self.hosts:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self._namespace(name))
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", self.word)

    def add_host(self, name: str) -> str:
        """A new host; its address."""
        namespace, number = self._namespace(name), FIRST + len(self.hosts)
        outside, inside = self._cable(name), f"{self.word}i{number}"
        _ip("netns", "add", namespace)
        self.hosts[name] = f"{self._net}.{number}"
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", namespace)
        _ip("link", "set", outside, "master", self.word, "up")
        _ip("-n", namespace, "addr", "add", f"{self.hosts[name]}/24", "dev", inside)
        _ip("-n", namespace, "link", "set", inside, "up")
        _ip("-n", namespace, "link", "set", "lo", "up")
        return self.hosts[name]

    def on(self, name: str) -> tuple[str, ...]:
        """The words that a command on this host begins with."""
        return ("ip", "netns", "exec", self._namespace(name))

    def cut_off(self, name: str) -> None:
        """Pull the host's cable."""
        _ip("link", "set", self._cable(name), "down")

    def join_again(self, name: str) -> None:
        """Put it back."""
        _ip("link", "set", self._cable(name), "up")

    def _namespace(self, name: str) -> str:
        return f"{self.word}-{name}"

    def _cable(self, name: str) -> str:
        return f"{self.word}{name}"[:15]
