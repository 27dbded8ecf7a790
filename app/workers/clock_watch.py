"""Notices when the machine's clock is set: leases say nothing for a while then."""

import time

from app.lib import clock

JUMP_S = 5.0  # more than this between two looks is no drift: somebody set the clock, or we slept


def clock_offset_s() -> float:
    """The clock against one that nobody sets and that stands still while the machine sleeps."""
    return clock.now().timestamp() - time.monotonic()


class ClockWatch:
    """Whether leases can be judged by the clock. Used by one thread.

    All workers of a machine see the same jump, and each holds on to its runs at its next beat.
    Until then every lease looks lapsed, or endless, so for `doubt_s` none is taken over.
    """

    def __init__(self, doubt_s: float) -> None:
        self._doubt_s = doubt_s
        self._offset_s = clock_offset_s()
        self._doubts_until = 0.0

    def is_steady(self) -> bool:
        """False from a jump on, until those who hold a lease have had time to renew it."""
        before, self._offset_s = self._offset_s, clock_offset_s()
        if abs(self._offset_s - before) > JUMP_S:
            self._doubts_until = time.monotonic() + self._doubt_s
        return time.monotonic() >= self._doubts_until
