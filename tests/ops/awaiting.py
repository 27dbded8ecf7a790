"""Waiting for something that another process does."""

import time
from collections.abc import Callable

PATIENCE_S = 20.0


def until(is_so: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)
