"""Runs a person's own code where it can do no harm: a process apart, every limit always set.

The process comes from `pydantic-monty`, a Python interpreter that knows no files, no network and
no other processes. It must never be used in a process that forks afterwards: the child would
hang. So it is made at the first piece of code, in the process that runs it.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from app.lib.code_errors import CodeFailed, told
from app.lib.code_modules import modules
from app.lib.code_values import plain
from app.lib.json_guard import JsonValue

if TYPE_CHECKING:
    from pydantic_monty import Monty, ResourceLimits

__all__ = ["CodeFailed", "Sandbox", "SandboxResult"]


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """What a piece of code gave, and what it printed (cut at the limit)."""

    value: JsonValue
    printed: str = ""


class Sandbox:
    """The sandbox of one process; any number of threads may use it at once.

    Nothing is kept from one piece of code to the next. A process that crashes or hangs is
    replaced. Making a Sandbox starts nothing; `close` ends what was started.
    """

    MAX_PROCESSES = 16
    MAX_WAIT_S = 30.0  # for a free process
    MAX_USES = 500  # of one process, before a fresh one takes its place
    GRACE_S = 1.0  # a process that ignores its time limit is ended this much later
    MAX_DEPTH = 200  # functions that call each other
    MAX_HOST_CALLS = 1_000  # of the modules that stand outside; each takes 0.2 to 1 ms
    MAX_PRINTED_CHARS = 20_000

    # What the library starts belongs to one process; a fork of it cannot start it again.
    _home: ClassVar[int | None] = None

    def __init__(self) -> None:
        self._pool: Monty | None = None
        self._is_closed = False
        self._turn = threading.Lock()

    def run(
        self,
        code: str,
        inputs: Mapping[str, JsonValue],
        *,
        time_s: float,
        memory_bytes: int,
        timezone: str = "UTC",
    ) -> SandboxResult:
        """Run Python code with `inputs` as its variables.

        The value is that of the last line, or of a `return`, as plain JSON. `time_s` counts the
        code's own seconds, `timezone` is an IANA name. Raises CodeFailed in words for a person;
        RuntimeError in a process that was forked from one that had used a sandbox.
        """
        import pydantic_monty as monty

        printed = _Printed(self.MAX_PRINTED_CHARS)
        pool = self._started()
        try:
            with pool.checkout(
                script_name="code.py",
                limits=self._limits(time_s, memory_bytes),
                os_policy={"sleep": "zero", "timezone": timezone},
                external_modules=modules(),
            ) as session:
                value = session.feed_run(code, inputs=dict(inputs), print_callback=printed.take)
            return SandboxResult(plain(value), printed.text)
        except monty.MontyError as error:
            raise told(
                error, time_s=time_s, memory_bytes=memory_bytes, printed=printed.text
            ) from None
        except CodeFailed as failed:
            raise failed.after(printed.text) from None
        except TimeoutError:
            raise CodeFailed("Too much code runs just now. Try again in a minute.") from None

    def close(self) -> None:
        """End the processes; code that still runs fails. The sandbox cannot be used again."""
        with self._turn:
            pool, self._pool, self._is_closed = self._pool, None, True
        if pool is not None and Sandbox._home == os.getpid():
            pool.__exit__(None, None, None)

    def _limits(self, time_s: float, memory_bytes: int) -> "ResourceLimits":
        return {
            "max_feed_duration_secs": time_s,
            "max_memory": memory_bytes,
            "max_recursion_depth": self.MAX_DEPTH,
            "max_suspensions": self.MAX_HOST_CALLS,
            "max_total_sleep_secs": 0,
        }

    def _started(self) -> "Monty":
        # Before the lock: a fork may have copied it while somebody held it.
        if Sandbox._home not in (None, os.getpid()):
            raise RuntimeError(
                "A sandbox was used before this process was forked. Use it in the process that "
                "runs steps only."
            )
        with self._turn:
            if self._is_closed:
                raise CodeFailed("This worker is stopping, so it runs no more code.")
            if self._pool is None:
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> "Monty":
        import pydantic_monty as monty

        Sandbox._home = os.getpid()
        pool = monty.Monty(
            min_processes=1,
            max_processes=self.MAX_PROCESSES,
            checkout_timeout=self.MAX_WAIT_S,
            max_checkouts_per_worker=self.MAX_USES,
            feed_duration_limit_grace=self.GRACE_S,
        )
        return pool.__enter__()


class _Printed:
    """Keeps the beginning of what is printed and lets the rest go."""

    def __init__(self, most: int) -> None:
        self._room = most
        self._pieces: list[str] = []

    def take(self, _stream: str, text: str) -> None:
        if self._room <= 0:
            return
        self._pieces.append(text[: self._room])
        self._room -= len(text)
        if self._room < 0:
            self._pieces.append("…")

    @property
    def text(self) -> str:
        return "".join(self._pieces)
