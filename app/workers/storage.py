"""Patience with a database that is busy, full or away for a moment."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)
T = TypeVar("T")


def patiently(work: Callable[[], T], *, give_up_after_s: float) -> T:
    """Do `work`, again after a pause while the database refuses it.

    Raises the last OperationalError once `give_up_after_s` have passed. The work must be one
    transaction, so that doing it again repeats nothing.
    """
    until = time.monotonic() + give_up_after_s
    pause_s = 0.1
    while True:
        try:
            return work()
        except OperationalError as error:
            if time.monotonic() + pause_s >= until:
                raise
            log.warning("the database refuses, trying again in %.1f s: %s", pause_s, error.orig)
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 5.0)
