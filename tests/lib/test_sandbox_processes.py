"""The sandbox's processes: used by many threads, replaced when they fail, made after a fork."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from app.lib.sandbox import CodeFailed, Sandbox, SandboxResult

PROJECT = Path(__file__).resolve().parents[2]
LIMIT_S = 1.0
MEMORY = 16_000_000


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox()
    yield one
    one.close()


def run(sandbox: Sandbox, code: str, **inputs: Any) -> SandboxResult:
    """Run with small limits."""
    return sandbox.run(code, inputs, time_s=LIMIT_S, memory_bytes=MEMORY)


def test_many_threads_use_it_at_once(sandbox: Sandbox) -> None:
    found: list[Any] = []

    def one(number: int) -> None:
        found.extend(run(sandbox, "n * n", n=number).value for _ in range(10))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(found) == sorted([number * number for number in range(16)] * 10)


def test_a_process_that_hangs_or_dies_is_replaced(sandbox: Sandbox) -> None:
    began = monotonic()
    with pytest.raises(CodeFailed):
        sandbox.run("10 ** 10_000_000", {}, time_s=LIMIT_S, memory_bytes=64_000_000)
    assert monotonic() - began < LIMIT_S + 2
    failures: list[str] = []

    def loop() -> None:
        try:
            sandbox.run("while True: pass", {}, time_s=30, memory_bytes=MEMORY)
        except CodeFailed as failed:
            failures.append(failed.sentence)

    busy = threading.Thread(target=loop)
    busy.start()
    while busy.is_alive():
        for process in interpreters():
            os.kill(process, signal.SIGKILL)
        busy.join(timeout=0.2)
    assert failures == ["The code ended the process it ran in."]
    assert run(sandbox, "1 + 1").value == 2


def interpreters() -> list[int]:
    """The processes of the sandbox that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(" (")[2].rpartition(") ")
        except OSError:  # it has just ended
            continue
        state, parent = rest.split()[:2]
        if name == "monty" and int(parent) == os.getpid() and state != "Z":
            found.append(int(stat.parent.name))
    return found


def test_a_closed_one_runs_nothing() -> None:
    one = Sandbox()
    one.close()
    with pytest.raises(CodeFailed, match="stopping"):
        run(one, "1")


FORKS_BEFORE = """
import os, sys
from app.lib.sandbox import Sandbox
sandbox = Sandbox()
child = os.fork()
if child == 0:
    value = sandbox.run("6 * 7", {}, time_s=1, memory_bytes=16_000_000).value
    sandbox.close()
    os._exit(value)
_, status = os.waitpid(child, 0)
print(os.waitstatus_to_exitcode(status))
"""
FORKS_AFTER = """
import os, sys
from app.lib.sandbox import Sandbox
sandbox = Sandbox()
sandbox.run("1", {}, time_s=1, memory_bytes=16_000_000)
child = os.fork()
if child == 0:
    try:
        Sandbox().run("6 * 7", {}, time_s=1, memory_bytes=16_000_000)
    except RuntimeError as error:
        os._exit(7 if "before this process was forked" in str(error) else 1)
    os._exit(2)
_, status = os.waitpid(child, 0)
print(os.waitstatus_to_exitcode(status))
"""
IMPORTS_NOTHING = """
import sys
import app.nodes.catalogue
from app.lib.sandbox import Sandbox
Sandbox()
print(len({"pydantic_monty", "lxml", "re2"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("script", "printed"), [(FORKS_BEFORE, "42"), (FORKS_AFTER, "7"), (IMPORTS_NOTHING, "0")]
)
def test_its_processes_belong_to_the_process_that_runs_steps(script: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.returncode) == (printed, 0), done.stderr
