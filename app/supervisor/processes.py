"""Processes of this machine: which one it is, and children that never outlive their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2)


def birth(pid: int) -> str | None:
    """When the process `pid` started, as the system tells it; None when there is no such process.

    A process number is used again after a while; number and birth together name one process.
    """
    if not sys.platform.startswith("linux"):
        told = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            check=False,
            text=True,
        )
        return told.stdout.strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name in brackets may hold spaces and brackets; fields are counted from its end.
    fields = stat.rpartition(")")[2].split()
    is_dead = fields[0] in "ZX"
    return None if is_dead else fields[19]


def is_alive(pid: int, born: str | None) -> bool:
    """Whether exactly this process still runs."""
    return born is not None and birth(pid) == born


def tie_to_parent(parent: int) -> Callable[[], None]:
    """Return what a fresh child of `parent` runs first, so that it ends when the parent does.

    Prepared before the fork: after it, only plain system calls are safe.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent ended before the line above took effect
            os._exit(1)

    return tie


def end_with_parent(parent: int) -> None:
    """Make this process get SIGTERM when its parent ends, however the parent ends.

    Linux only. Elsewhere the next start ends what a killed supervisor left behind.
    """
    tie_to_parent(parent)()


def end(pid: int, born: str | None, *, within_s: float) -> None:
    """End a process that is not our child, with its group when it leads one: asked, then made."""
    deadline = time.monotonic() + within_s
    _signal(pid, signal.SIGTERM)
    while is_alive(pid, born):
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
            return
        time.sleep(0.02)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
