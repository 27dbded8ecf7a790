"""Worker processes forked from one parent that has loaded everything, and kept alive by it.

The children share the parent's memory until they write to it, and start in milliseconds. That
holds only while the parent has no thread, pool or connection: a fork would copy their halves.
"""

import contextlib
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from app.supervisor import processes
from app.supervisor.attention import ASKED, Attention, StopAsked
from app.supervisor.service import Backoff

GRACE_S = 6.0
TERMINAL = "LAMPLIGHT_TERMINAL"  # names the file descriptor of the person's terminal


def keep(count: int, work: Callable[[int], int]) -> int:
    """Keep `count` children alive, each ending with the status of `work(index)`; return 0.

    The index counts from 0.

    Returns after SIGTERM or SIGINT, when all children have ended; each got GRACE_S to hand over.
    A child that ends on its own is started again, later and later.
    """
    gc.freeze()  # or the first collection in a child would copy every page
    gc.enable()
    family = _Family(work, Attention(), count)
    try:
        family.watch()
    except StopAsked:
        family.end()
    return 0


class _Family:
    def __init__(self, work: Callable[[int], int], attention: Attention, count: int) -> None:
        self.work = work
        self.attention = attention
        self.pids: dict[int, int] = {}  # process number -> index
        self.backoffs = {index: Backoff() for index in range(count)}
        self.due = dict.fromkeys(self.backoffs, 0.0)  # index -> when to start it

    def watch(self) -> None:
        """Start what is due and collect what ended, until asked to stop."""
        while True:
            for index in [index for index, at in self.due.items() if at <= time.monotonic()]:
                del self.due[index]
                self.pids[self._fork(index)] = index
            wait_s = min(self.due.values()) - time.monotonic() if self.due else None
            self.attention.nap(None if wait_s is None else max(0.0, wait_s))
            for index, status in self._collect():
                self._plan(index, status)

    def end(self) -> None:
        """Ask all, wait, then make them."""
        deadline = time.monotonic() + GRACE_S
        self._signal(signal.SIGTERM)
        while self.pids and time.monotonic() < deadline and self.attention.times_asked < 2:
            self.attention.doze(max(0.0, deadline - time.monotonic()))
            self._collect()
        self._signal(signal.SIGKILL)

    def _fork(self, index: int) -> int:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        # Held back until the child has its own habits, or a request to stop could get lost.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)
        pid = os.fork()
        if pid:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            return pid
        code = 1  # what an exception leaves behind
        try:
            self.attention.close()
            processes.end_with_parent(parent)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            code = self.work(index)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # never the parent's own way out

    def _collect(self) -> list[tuple[int, int]]:
        ended = []
        for pid in list(self.pids):
            with contextlib.suppress(ChildProcessError):
                gone, status = os.waitpid(pid, os.WNOHANG)
                if gone:
                    ended.append((self.pids.pop(pid), status))
        return ended

    def _plan(self, index: int, status: int) -> None:
        backoff = self.backoffs[index]
        wait_s = backoff.ended(time.monotonic())
        self.due[index] = time.monotonic() + wait_s
        _tell(f"Worker {index + 1} ended {_how(status)}; starting it again in {wait_s:.1f} s.")
        if backoff.is_looping:
            _tell(f"Worker {index + 1} keeps ending; its log says why.", also_to_person=True)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"by signal {-code}" if code < 0 else f"with code {code}"


def _tell(text: str, *, also_to_person: bool = False) -> None:
    print(text, file=sys.stderr, flush=True)
    terminal = os.environ.get(TERMINAL)
    if also_to_person and terminal:
        with contextlib.suppress(OSError):
            os.write(int(terminal), f"{text}\n".encode())
