"""What comes each second is not held up by what comes each hour."""

import threading
from pathlib import Path

from sqlalchemy import Engine

from app.workers.desk import Desk
from app.workers.timekeeper import Task, Timekeeper
from tests.runs.house import until


def test_a_long_task_holds_nothing_up(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    long_ones, quick_ones, may_end = [], [], threading.Event()

    def long(_desk: Desk) -> None:
        long_ones.append(1)
        may_end.wait(30)

    tasks = (
        Task("long", 3_600.0, long),
        Task("also long", 3_600.0, long),
        Task("quick", 0.05, lambda _desk: quick_ones.append(1)),
    )
    with Timekeeper(desk, tasks, engine=engine, lock=tmp_path / "run" / "turn.lock"):
        until(lambda: long_ones and len(quick_ones) > 3)
        assert len(long_ones) == 1  # the others wait their turn
        may_end.set()
        until(lambda: len(long_ones) == 2)


def test_a_task_that_fails_is_tried_again(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    tries = []

    def fail(_desk: Desk) -> None:
        tries.append(1)
        raise ValueError("not today")

    task = Task("failing", 0.05, fail)
    with Timekeeper(desk, (task,), engine=engine, lock=tmp_path / "run" / "turn.lock"):
        until(lambda: len(tries) > 2)
