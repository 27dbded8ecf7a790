"""Python loads this first in a process whose clock is moved."""

import select
import time


def sleep(seconds: float) -> None:
    """As `time.sleep`, which libfaketime 0.9.10 refuses where the counting clock is left alone."""
    select.select([], [], [], seconds)


time.sleep = sleep
