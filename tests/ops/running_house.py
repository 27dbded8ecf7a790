"""A house started as a person starts it, read from its terminal. Standard library only."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

READY = re.compile(r"^\s+stop\s+Ctrl-C", re.MULTILINE)
START_WITHIN_S = 300
STOP_WITHIN_S = 10


class RunningHouse:
    """One `bin/up` (or what stands for it) and what it said so far."""

    def __init__(self, command: list[str], *, environ: dict[str, str], data: Path) -> None:
        self.data = data
        self.said = ""
        self.process = subprocess.Popen(
            command,
            cwd="/",
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        """Read until it says how to stop it."""
        self.wait_for(READY)

    def wait_for(self, pattern: re.Pattern[str]) -> None:
        """Read until a line matches."""
        started = time.monotonic()
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if pattern.search(line):
                return
            assert time.monotonic() - started < START_WITHIN_S, self.said
        raise AssertionError(f"It ended without saying {pattern.pattern}:\n{self.said}")

    def address(self, name: str = "Lamplight") -> str:
        """The address it printed after this word."""
        found = re.search(rf"{name}\s+(https?://\S+)", self.said)
        assert found, self.said
        return found[1]

    @property
    def supervisor(self) -> int:
        """The number of the process that looks after the others."""
        found = re.search(r'"pid": (\d+)', (self.data / "run" / "up.json").read_text())
        assert found
        return int(found[1])

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """Stop it as Ctrl-C does; return the seconds that took."""
        started = time.monotonic()
        os.kill(self.supervisor, number)
        self.finish()
        return time.monotonic() - started

    def finish(self) -> int:
        """Read the rest and return the exit code."""
        rest, _ = self.process.communicate(timeout=STOP_WITHIN_S + START_WITHIN_S)
        self.said += rest
        return self.process.returncode

    def processes(self) -> list[str]:
        """Everything that runs for its data folder, as "number words"."""
        return processes_of(self.data)


def processes_of(data: Path) -> list[str]:
    """Running processes that have this data folder in their environment or work inside it."""
    mark = f"LAMPLIGHT_DATA={data}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            inside = os.readlink(folder / "cwd").startswith(str(data))
            is_ours = inside or mark in (folder / "environ").read_bytes()
        except OSError:
            continue
        if is_ours and words:  # one that has ended has no words any more
            found.append(f"{folder.name} {words.decode(errors='replace').replace(chr(0), ' ')}")
    return found
