"""Worker processes for tests, and waiting for what they do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from app.runs.models import Run
from app.settings import Settings
from tests.runs.fates import Fate

T = TypeVar("T")
PATIENCE_S = 60.0


def until(look: Callable[[], T], *, within_s: float = PATIENCE_S) -> T:
    """What `look` gives once it is true; fails after `within_s`."""
    deadline = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < deadline, f"waited {within_s} s for {look}"
        time.sleep(0.01)  # between two looks, never instead of one
    return seen


def has_ended(session: Session, run: Run) -> bool:
    """Whether the run has a final status by now; `run` is read again."""
    session.rollback()
    session.refresh(run)
    return run.status.is_final


class Nursery:
    """The process that forks workers; see `tests.runs.nursery`."""

    def __init__(self, *before: str, environ: dict[str, str] | None = None) -> None:
        """`before` are the words of a command that starts it, as `ip netns exec x`."""
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.runs.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environ or {})},
        )

    def fork(self, settings: Settings, fate: Fate = Fate()) -> int:  # noqa: B008  # a frozen value
        """A new worker; returns its process number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wanted = {
            "data_dir": str(settings.data_dir),
            "database_url": settings.database_url,
            "redis_url": settings.redis_url,
            "private_hosts": list(settings.private_hosts) or ["127.0.0.1"],
            "fate": fate.as_words(),
        }
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it and whatever it forked."""
        self._process.communicate(timeout=30)


@dataclass
class House:
    """The workers of one installation."""

    settings: Settings
    nursery: Nursery
    workers: list[int] = field(default_factory=list)

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_error: object) -> None:
        for worker in self.workers:
            self.kill(worker)

    def open_worker(self, fate: Fate = Fate()) -> int:  # noqa: B008  # a frozen value
        """Start one more worker. Each may keep the timetable; the lock lets one do it."""
        worker = self.nursery.fork(self.settings, fate)
        self.workers.append(worker)
        return worker

    def kill(self, worker: int) -> None:
        """End a worker as a power cut would."""
        if is_there(worker):
            os.kill(worker, signal.SIGKILL)
            until(lambda: not is_there(worker))

    def stop(self, worker: int, *, within_s: float = 15.0) -> None:
        """Ask a worker to stop and wait until it has."""
        os.kill(worker, signal.SIGTERM)
        until(lambda: not is_there(worker), within_s=within_s)


def is_there(worker: int) -> bool:
    """Whether the process still exists."""
    try:
        os.kill(worker, 0)
    except ProcessLookupError:
        return False
    return True
