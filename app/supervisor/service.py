"""One supervised process: started, watched, started again with growing patience, stopped."""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.supervisor import processes
from app.supervisor.attention import Attention


@dataclass
class Backoff:
    """How long to wait before the next start of something that keeps ending."""

    FIRST_S = 0.5
    MOST_S = 30.0
    LOOP_COUNT = 5
    WINDOW_S = 120.0

    _ends: deque[float] = field(default_factory=lambda: deque(maxlen=16))

    def ended(self, at: float) -> float:
        """Note an unexpected end at `at` (seconds); return the seconds to wait: 0.5, 1, 2 … 30."""
        while self._ends and self._ends[0] < at - self.WINDOW_S:
            self._ends.popleft()
        self._ends.append(at)
        return min(self.FIRST_S * 2.0 ** (len(self._ends) - 1), self.MOST_S)

    @property
    def is_looping(self) -> bool:
        """Whether it ended so often lately that a person should look."""
        return len(self._ends) >= self.LOOP_COUNT


@dataclass
class Service:
    """A program with its log; `grace_s` is what it gets between being asked and being made to."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path | None  # None: the terminal
    grace_s: float
    on_start: Callable[[], None] = lambda: None
    terminal: int | None = None  # where it may tell a person something beside its log
    backoff: Backoff = field(default_factory=Backoff)
    next_start: float | None = None
    process: subprocess.Popen[bytes] | None = None
    born: str | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.next_start = None
        output = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if self.log else 1
        try:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environ,
                pass_fds=(self.terminal,) if self.terminal is not None else (),
                start_new_session=True,
                preexec_fn=processes.tie_to_parent(os.getpid()),  # noqa: PLW1509  # no threads here
            )
        finally:
            if self.log:
                os.close(output)
        self.born = processes.birth(self.process.pid)
        self.on_start()

    @property
    def is_running(self) -> bool:
        """Whether the process is there right now."""
        return self.process is not None and self.process.poll() is None

    @property
    def identity(self) -> dict[str, int | str | None]:
        """Names the running process among all that ever ran: number and birth."""
        return {"pid": self.process.pid if self.process else 0, "born": self.born}

    def note_end(self) -> float:
        """Plan the next start after an unexpected end; return the seconds until then."""
        self._signal(signal.SIGTERM)  # children it may have left
        wait_s = self.backoff.ended(time.monotonic())
        self.next_start = time.monotonic() + wait_s
        return wait_s

    def stop(self, attention: Attention) -> None:
        """Ask it to end, wait `grace_s`, then make it; a second Ctrl-C makes it at once."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + self.grace_s
        while self.is_running and time.monotonic() < deadline and attention.times_asked < 2:
            attention.doze(max(0.0, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        """The end of its log, for a person who wants to know why it stopped."""
        if self.log is None or not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 16_384))
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-count:])

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
