"""Does what is due again and again, in one process of all."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.workers.desk import Desk
from app.workers.turn import turn

ASK_FOR_TURN_S = 5.0
STOP_WITHIN_S = 5.0
# What comes this seldom may take long, and must not hold up what comes each second.
SELDOM_S = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One recurring thing: what it is for, how often, and the function that does it once."""

    name: str
    every_s: float
    do: Callable[[Desk], object]


class Timekeeper:
    """A thread that does the tasks while it has the turn; use it in a `with`."""

    def __init__(self, desk: Desk, tasks: Sequence[Task], *, engine: Engine, lock: Path) -> None:
        self._desk = desk
        self._tasks = tasks
        self._engine = engine
        self._lock = lock
        self._stop = threading.Event()
        self._seldom: dict[str, threading.Thread] = {}
        self._one_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="timekeeper", daemon=True)

    def __enter__(self) -> "Timekeeper":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(timeout=STOP_WITHIN_S)

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                with turn(self._engine, lock_file=self._lock) as is_ours:
                    if is_ours:
                        self._do_tasks(is_ours)
            except Exception:
                log.exception("the timekeeper lost its turn")
            self._stop.wait(ASK_FOR_TURN_S)

    def _do_tasks(self, is_ours: Callable[[], bool]) -> None:
        """Do each task at its pace while the turn is ours."""
        due = {task.name: 0.0 for task in self._tasks}
        while not self._stop.is_set() and is_ours():
            for task in self._tasks:
                if time.monotonic() >= due[task.name]:
                    due[task.name] = time.monotonic() + task.every_s
                    self._do_or_hand_on(task)
            self._stop.wait(max(0.05, min(due.values(), default=0.0) - time.monotonic()))

    def _do_or_hand_on(self, task: Task) -> None:
        """Do it here, or on a thread that a stopping process does not wait for."""
        if task.every_s < SELDOM_S:
            self._do(task)
        elif task.name not in self._seldom or not self._seldom[task.name].is_alive():
            thread = threading.Thread(target=self._do_in_turn, args=(task,), daemon=True)
            self._seldom[task.name] = thread
            thread.start()

    def _do_in_turn(self, task: Task) -> None:
        with self._one_at_a_time:
            if not self._stop.is_set():
                self._do(task)

    def _do(self, task: Task) -> None:
        try:
            task.do(self._desk)
        except Exception:
            # It is tried again when it is due again; the other tasks go on.
            log.exception("the task %r failed", task.name)
