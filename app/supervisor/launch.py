"""The step before everything in bin/: makes the virtual environment ready, then becomes it."""

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

from app.supervisor import environment
from app.supervisor.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("requirements.lock",)
EVERYTHING = ("requirements.lock", "requirements-dev.lock")

# What each command of bin/ becomes, and which locks its environment must hold.
COMMANDS: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "up": (["-m", "app.supervisor"], PRODUCT),
    "lamplight": (["-m", "app.commands"], PRODUCT),
    "test": (["-m", "tests"], EVERYTHING),
    "ci": (["-m", "tests.ops.gates"], EVERYTHING),
    "bench": (["-m", "bench"], EVERYTHING),
}


def main(arguments: list[str]) -> NoReturn:
    """Make the environment of `arguments[0]` ready and replace this process by the command."""
    started = time.time()
    command, locks = COMMANDS[arguments[0]]
    progress = Progress(started, out=sys.stderr)
    try:
        python = environment.ready(ROOT, locks=locks, progress=progress)
    except environment.EnvironmentRefused as refused:
        raise SystemExit(f"\n{refused}") from None
    environ = child_environ(dict(os.environ)) | {"LAMPLIGHT_STARTED": repr(started)}
    if locks == PRODUCT:
        # Container images set it for programs that start once. A house starts six processes, and
        # without kept byte code each of them compiles all that it loads, every time.
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _become([str(python), *command, *arguments[1:]], environ)


def _become(command: list[str], environ: dict[str, str]) -> NoReturn:
    sys.stderr.flush()
    os.execve(command[0], command, environ)  # noqa: S606  # the environment's own Python


def child_environ(environ: dict[str, str]) -> dict[str, str]:
    """The environment in which the product's Python processes run.

    The project is never installed, so its folder is the import path; a folder that cannot be
    written keeps its byte code in the data folder, or each start would compile it anew.
    """
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    if not os.access(ROOT, os.W_OK):
        data = Path(environ.get("LAMPLIGHT_DATA") or ROOT / "instance").resolve()
        environ.setdefault("PYTHONPYCACHEPREFIX", str(data / "cache" / "bytecode"))
    return environ


if __name__ == "__main__":
    main(sys.argv[1:])
