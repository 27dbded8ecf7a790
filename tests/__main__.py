"""`bin/test`: runs what this machine can run, and says what was left out and how to add it."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.dovecot import PROGRAM
from tests.faults.moved_clock import LIBRARY
from tests.faults.separate_hosts import why_not
from tests.throwaway_postgres import ThrowawayPostgres, server_programs

PROJECT = Path(__file__).resolve().parents[1]
PROCESSES = "2"


@dataclass(frozen=True)
class Part:
    """A kind of tests that needs something of the machine."""

    name: str
    is_here: bool
    adds: str


def main(arguments: list[str]) -> int:
    """Run pytest with `arguments`, then the browser code's own tests; return the exit code."""
    os.chdir(PROJECT)
    with ExitStack() as stack:
        _provide_postgres(stack)
        parts = _parts()
        _introduce(parts)
        missing = [part for part in parts if not part.is_here and part.name in _required()]
        for part in missing:
            print(f"\nLAMPLIGHT_REQUIRE names {part.name}, which is not here: {part.adds}")
        if missing:
            return 1
        code = _pytest(arguments)
        # Arguments choose among pytest's tests; without any, everything runs.
        if not arguments and shutil.which("node"):
            code |= subprocess.run(["node", "--test", *_scripts()], check=False).returncode
    for part in parts:
        if not part.is_here:
            print(f"Left out: {part.name}. To add it: {part.adds}")
    return code


def _provide_postgres(stack: ExitStack) -> None:
    """A server of our own for these tests, when its programs are here and no address was given."""
    if not os.environ.get("LAMPLIGHT_TEST_POSTGRES") and server_programs():
        server = stack.enter_context(ThrowawayPostgres())
        os.environ["LAMPLIGHT_TEST_POSTGRES"] = server.url


def _parts() -> tuple[Part, ...]:
    chromium = os.environ.get("LAMPLIGHT_CHROMIUM", "/usr/bin/chromium")
    return (
        Part("browser", Path(chromium).exists(), "sudo apt-get install chromium"),
        Part(
            "postgres",
            bool(os.environ.get("LAMPLIGHT_TEST_POSTGRES")),
            "sudo apt-get install postgresql",
        ),
        Part("imap", bool(PROGRAM), "sudo apt-get install dovecot-imapd"),
        Part("clock", bool(LIBRARY), "sudo apt-get install libfaketime"),
        Part("hosts", not (reason := why_not()), f"root and network namespaces: {reason}"),
        Part("node", bool(shutil.which("node")), "sudo apt-get install nodejs"),
    )


def _introduce(parts: tuple[Part, ...]) -> None:
    here = [part.name for part in parts if part.is_here]
    print(f"Tests on SQLite, and with: {', '.join(here) or 'nothing else'}.", flush=True)


def _pytest(arguments: list[str]) -> int:
    started = time.monotonic()
    # A file of Python's own warnings options would be read before pytest's.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    chosen = (
        []
        if any(word.startswith(("-n", "--pdb")) for word in arguments)
        # By file: what a module makes for its tests, an installation say, is made once.
        else ["-n", PROCESSES, "--dist", "loadfile"]
    )
    command = [sys.executable, "-m", "pytest", *chosen, *arguments]
    code = subprocess.run(command, check=False, env=environ).returncode
    print(f"pytest took {time.monotonic() - started:.0f} s.", flush=True)
    return code


def _scripts() -> list[str]:
    return sorted(str(path) for path in PROJECT.glob("tests/js/**/*.test.mjs"))


def _required() -> set[str]:
    return set(filter(None, os.environ.get("LAMPLIGHT_REQUIRE", "").split(",")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
