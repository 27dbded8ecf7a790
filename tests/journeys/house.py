"""A whole installation for journeys: web, workers and Valkey, started as `bin/up` starts them."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
READY = re.compile(r"^\s+stop\s+Ctrl-C", re.MULTILINE)
FIRST_OWNER = re.compile(r"first owner\s+(\S+)")


class House:
    """A running installation with a data folder of its own."""

    def __init__(self, data: Path, assets: Path, *, private_hosts: str = "") -> None:
        self.database_url = f"sqlite:///{data / 'lamplight.db'}"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.supervisor", "--port", str(self.port), "--no-browser"],
            cwd=PROJECT,
            env=os.environ
            | {
                "LAMPLIGHT_DATA": str(data),
                "LAMPLIGHT_ASSETS": str(assets),
                "LAMPLIGHT_WORKERS": "1",
                "LAMPLIGHT_WEB_WORKERS": "1",
                "LAMPLIGHT_DEVELOPMENT": "yes",
                "LAMPLIGHT_PRIVATE_HOSTS": private_hosts,
                "PUBLIC_URL": self.address,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = self._read_until_ready()

    @property
    def sign_up_address(self) -> str:
        """The one-time address it printed for the first owner."""
        found = FIRST_OWNER.search(self.said)
        assert found, self.said
        return found[1]

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)
        assert self._process.stdout
        self._process.stdout.close()

    def _read_until_ready(self) -> str:
        said = ""
        assert self._process.stdout
        for line in self._process.stdout:
            said += line
            if READY.search(said):
                return said
        raise AssertionError(f"It did not start:\n{said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
