"""Workers forked from one parent: kept alive, told apart, ended with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.ops.awaiting import until

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import os, signal, sys, time
from pathlib import Path
from app.supervisor import forks

folder = Path(sys.argv[1])

def work(index):
    {habits}
    (folder / f"{{index}}.{{os.getpid()}}").touch()
    {body}
    return 0

sys.exit(forks.keep(2, work))
"""
WAIT = "signal.pause()"


def test_each_index_has_one_worker_and_sigterm_ends_them_all(tmp_path: Path) -> None:
    parent = _start(tmp_path, body=WAIT)
    workers = _workers(tmp_path, count=2)
    assert sorted(workers.values()) == [0, 1]
    _end(parent)
    assert parent.returncode == 0
    until(lambda: not any(_is_alive(pid) for pid in workers))


def test_a_killed_worker_is_started_again(tmp_path: Path) -> None:
    parent = _start(tmp_path, body=WAIT)
    first = next(iter(_workers(tmp_path, count=2)))
    os.kill(first, signal.SIGKILL)
    _workers(tmp_path, count=3)
    _, complaint = _end(parent)
    assert "ended by signal 9; starting it again in 0.5 s." in complaint


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent = _start(tmp_path, body=WAIT)
    workers = _workers(tmp_path, count=2)
    parent.kill()
    parent.communicate()
    until(lambda: not any(_is_alive(pid) for pid in workers))


def test_a_worker_gets_time_to_hand_over(tmp_path: Path) -> None:
    # Held back, not handled: what is handled before the worker waits for it would be missed.
    habits = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})"
    hand_over = "signal.sigwait({signal.SIGTERM}); (folder / f'handed-over-{index}').touch()"
    parent = _start(tmp_path, habits=habits, body=hand_over)
    _workers(tmp_path, count=2)
    _end(parent)
    assert {path.name for path in tmp_path.glob("handed-over-*")} == {
        "handed-over-0",
        "handed-over-1",
    }


def test_a_worker_that_keeps_failing_waits_longer_each_time_and_says_so(tmp_path: Path) -> None:
    parent = _start(tmp_path, body="raise ValueError('no luck')")
    until(lambda: len(list(tmp_path.glob("0.*"))) >= 3)
    _, complaint = _end(parent)
    assert "ValueError: no luck" in complaint
    assert "again in 0.5 s" in complaint
    assert "again in 1.0 s" in complaint


def _start(folder: Path, *, habits: str = "pass", body: str) -> subprocess.Popen[str]:
    code = PARENT.format(habits=habits, body=body)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )


def _workers(folder: Path, *, count: int) -> dict[int, int]:
    """Process number → index, once `count` workers have started in all."""
    until(lambda: len(list(folder.glob("*.*"))) >= count)
    names = [path.name.split(".") for path in folder.glob("*.*")]
    return {int(pid): int(index) for index, pid in names}


def _end(parent: subprocess.Popen[str]) -> tuple[str, str]:
    parent.send_signal(signal.SIGTERM)
    return parent.communicate(timeout=10)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
