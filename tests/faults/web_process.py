"""The pages as they are really served, in a process of a test's own, perhaps on another host."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from app.settings import Settings
from tests.runs.house import until

PROJECT = Path(__file__).resolve().parents[2]
READY_S = 60.0


class WebProcess:
    """`lamplight web` for these settings; use it in a `with`."""

    def __init__(self, settings: Settings, *before: str, host: str = "127.0.0.1") -> None:
        """`before` are the words of a command that starts it, as `ip netns exec x`."""
        self.port = _free_port()
        self.address = f"http://{host}:{self.port}"
        self._command = [
            *before,
            *(sys.executable, "-m", "app.commands", "web"),
            *("--host", host, "--port", str(self.port)),
        ]
        self._environ = os.environ | {
            "LAMPLIGHT_DATA": str(settings.data_dir),
            "LAMPLIGHT_ASSETS": str(settings.assets_dir),
            "LAMPLIGHT_DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "PUBLIC_URL": self.address,
            "LAMPLIGHT_WEB_WORKERS": "1",
        }

    def __enter__(self) -> "WebProcess":
        self._process = subprocess.Popen(self._command, cwd=PROJECT, env=self._environ)
        until(self._answers, within_s=READY_S)
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=20)

    @property
    def server(self) -> int:
        """The process that answers; its parent only keeps it alive."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)],
            check=True,
            capture_output=True,
            text=True,
        )
        (child,) = found.stdout.split()
        return int(child)

    def _answers(self) -> bool:
        assert self._process.poll() is None, "it did not start"
        try:
            with urllib.request.urlopen(f"{self.address}/sign-in", timeout=5) as answer:  # noqa: S310  # our own
                return bool(answer.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
