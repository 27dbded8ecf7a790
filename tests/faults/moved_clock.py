"""Workers whose clock can be moved, through Debian's libfaketime."""

import os
import sys
from datetime import timedelta
from pathlib import Path

_FIRST = Path(__file__).parent / "in_moved_processes"
LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class MovedClock:
    """What the processes with this `environ` believe is the time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move(timedelta())

    @property
    def environ(self) -> dict[str, str]:
        """For the process that is to believe it; the clock that only counts is left alone."""
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": os.pathsep.join((str(_FIRST), *sys.path)),
        }

    def move(self, by: timedelta) -> None:
        """Be this much ahead of the machine's clock from now on; negative: behind."""
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{by.total_seconds():+.0f}\n")
        os.replace(beside, self._file)  # nobody reads half of it
