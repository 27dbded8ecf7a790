"""CPU time and memory of the processes of one house, read from /proc."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.ops.running_house import processes_of

LOOK_EVERY_S = 0.05
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Held:
    """Memory of one process: its part of what it shares (PSS), and with all of it (RSS)."""

    pss_mb: float
    rss_mb: float


def cpu_s(data: Path) -> float:
    """CPU seconds of all processes of the house at `data`, with those of children that ended."""
    total = 0
    for pid in _pids(data):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(ticks) for ticks in fields[11:15])
    return total / TICKS_PER_S


def memory_mb(data: Path, *, only: str = "") -> float:
    """Megabytes as the sum of PSS: shared pages count once, split among those who share them.

    `only`: of the processes with these words in their command.
    """
    return sum(memory_of(pid).pss_mb for pid in _pids(data, only))


def memory_of(pid: int | str) -> Held:
    """What one process holds at this moment."""
    kb = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        kb[name] = int(rest.split()[0])
    return Held(pss_mb=kb["Pss"] * 1024 / 1e6, rss_mb=kb["Rss"] * 1024 / 1e6)


def _pids(data: Path, only: str = "") -> list[str]:
    return [line.split(" ", 1)[0] for line in processes_of(data) if only in line]


class Most:
    """What a process holds at most, looked at again and again until `end`."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._stop = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """Megabytes of PSS at its highest."""
        self._stop.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self._most = max(self._most, memory_of(self._pid).pss_mb)
