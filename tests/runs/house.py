"""Worker processes for tests, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.settings import Settings

T = TypeVar("T")
PATIENCE_S = 30.0


def until(look: Callable[[], T], *, within_s: float = PATIENCE_S) -> T:
    """What `look` gives once it is true; fails after `within_s`."""
    deadline = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < deadline, f"waited {within_s} s for {look}"
        time.sleep(0.01)  # between two looks, never instead of one
    return seen


@dataclass
class House:
    """The workers of one installation."""

    settings: Settings
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_error: object) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait(timeout=10)

    def open_worker(self, **environ: str) -> subprocess.Popen[bytes]:
        """Start one more worker; the first one keeps the timetable."""
        settings = self.settings
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.one_worker", str(len(self.workers))],
            env={
                **os.environ,
                "LAMPLIGHT_DATA": str(settings.data_dir),
                "LAMPLIGHT_DATABASE_URL": settings.database_url,
                "REDIS_URL": settings.redis_url,
                "LAMPLIGHT_PRIVATE_HOSTS": "127.0.0.1",
                **environ,
            },
        )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker as a power cut would."""
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)

    def stop(self, worker: subprocess.Popen[bytes]) -> int:
        """Ask a worker to stop; its exit status."""
        worker.send_signal(signal.SIGTERM)
        return worker.wait(timeout=20)
