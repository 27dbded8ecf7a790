"""Sleeping that ends at once when a person presses Ctrl-C or a child ends."""

import os
import select
import signal
from types import FrameType

ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(Exception):
    """Somebody asked the house to stop."""


class Attention:
    """The one place where the supervisor waits. Signals never interrupt anything else."""

    def __init__(self) -> None:
        """Take over the signals of this process."""
        self.times_asked = 0
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._ear, False)
        os.set_blocking(self._mouth, False)
        signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in ASKED:
            signal.signal(number, self._asked)

    def nap(self, seconds: float | None) -> None:
        """Wait until `seconds` passed, a child ended or a signal came; None waits without end.

        Raises StopAsked when it is time to stop.
        """
        self.doze(seconds)
        if self.times_asked:
            raise StopAsked

    def doze(self, seconds: float | None) -> None:
        """Wait as `nap` does, also while stopping."""
        if select.select([self._ear], [], [], seconds)[0]:
            os.read(self._ear, 4096)

    def close(self) -> None:
        """Give the signals back, in a forked child that has its own habits."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, *ASKED):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._ear)
        os.close(self._mouth)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.times_asked += 1
