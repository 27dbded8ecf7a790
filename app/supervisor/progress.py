"""One line per stage on the terminal, each with the time it took."""

import os
import sys
import time
from typing import TextIO

NAME_WIDTH = 14
TEXT_WIDTH = 52


class Progress:
    """Prints stages as they end; a slow one announces itself first when a person is watching."""

    def __init__(self, started: float | None = None, *, out: TextIO | None = None) -> None:
        """Count the whole from `started` (seconds of `time.time`), or from now."""
        self.started = started or time.time()
        self.out = out or sys.stdout
        self._stage_from = time.monotonic()
        self._is_open = False

    def begin(self, name: str, text: str) -> None:
        """Say what is under way; on a terminal the line is replaced when the stage ends."""
        self._stage_from = time.monotonic()
        if self.out.isatty():
            self._write(f"  {name:<{NAME_WIDTH}}{text} …")
            self._is_open = True

    def done(self, name: str, text: str, *, seconds: float | None = None) -> None:
        """Print the line of a stage that began at the last `begin`, or after the last line."""
        seconds = time.monotonic() - self._stage_from if seconds is None else seconds
        self.clear()
        self._write(f"  {name:<{NAME_WIDTH}}{text:<{TEXT_WIDTH}} {seconds:6.2f} s\n")
        self._stage_from = time.monotonic()

    def say(self, text: str = "") -> None:
        """Print a plain line."""
        self.clear()
        self._write(f"{text}\n")

    def clear(self) -> None:
        """Take back an announcement that no `done` followed."""
        if self._is_open:
            self._write("\r\x1b[2K")
            self._is_open = False

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            # Whoever read this has gone; the house must still stop in order. What is buffered
            # goes nowhere, or Python would stumble over it at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())

    @property
    def seconds(self) -> float:
        """Since the person pressed return."""
        return time.time() - self.started
