"""The virtual environment: made once, filled from hashed locks, repaired when cut short.

Runs under whatever Python a machine has, before anything is installed. A stamp in the
environment says which locks it holds and for which interpreter; a matching stamp costs the next
start a few file reads.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.supervisor.progress import Progress

STAMP = "lamplight-stamp.json"
UNFINISHED = "lamplight-unfinished"
NO_VENV = """\
This Python ({python}) cannot make virtual environments: its {missing} module is missing.
  Debian, Ubuntu:  sudo apt install python3-venv
  Fedora:          sudo dnf install python3 python3-pip
  elsewhere:       install uv, or a Python from your system's packages with venv and ensurepip
Then run this command again."""


class EnvironmentRefused(RuntimeError):
    """The environment cannot be made; the text says why and what helps."""


def folder(root: Path) -> Path:
    """Where the environment lives: LAMPLIGHT_VENV, or `.venv` in the project."""
    return Path(os.environ.get("LAMPLIGHT_VENV") or root / ".venv").absolute()


def ready(root: Path, *, locks: tuple[str, ...], progress: Progress) -> Path:
    """Return the path of a Python that holds all of `locks`, made and filled if need be.

    Two starts at once wait for each other. Raises EnvironmentRefused with a sentence.
    """
    venv = folder(root)
    wanted = {name: _digest(root / name) for name in locks}
    if _holds(venv, wanted):
        return _python(venv)
    try:
        venv.mkdir(parents=True, exist_ok=True)
        turn = os.open(venv, os.O_RDONLY)
    except OSError as error:
        raise EnvironmentRefused(
            f"The environment cannot be made in {venv}: {error.strerror}.\n"
            "Set LAMPLIGHT_VENV to a folder that you may write to."
        ) from error
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _holds(venv, wanted):
            _fill(root, venv, wanted, progress)
    finally:
        os.close(turn)
    return _python(venv)


def _fill(root: Path, venv: Path, wanted: dict[str, str], progress: Progress) -> None:
    uv = _uv()
    if _must_be_made(venv):
        progress.begin("environment", f"making {venv}")
        _make(venv, with_pip=uv is None)
        progress.done("environment", f"made in {_short(venv)}")
    (venv / UNFINISHED).touch()
    lock = root / list(wanted)[-1]
    packages = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    with_what = "uv" if uv else "pip"
    progress.begin("packages", f"installing up to {packages} with {with_what}")
    if not progress.out.isatty():
        progress.say(f"  packages      installing up to {packages} with {with_what}, once")
    _install(venv, lock, uv)
    _write_stamp(venv, wanted)
    (venv / UNFINISHED).unlink()
    progress.done("packages", f"installed with {with_what}")


def _holds(venv: Path, wanted: dict[str, str]) -> bool:
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return (
        not (venv / UNFINISHED).exists()
        and stamp.get("interpreter") == _interpreter(venv)
        and all(stamp.get("locks", {}).get(name) == digest for name, digest in wanted.items())
    )


def _must_be_made(venv: Path) -> bool:
    """Whether to start from nothing: never made, cut short, or made for another Python."""
    if (venv / UNFINISHED).exists() or not os.access(_python(venv), os.X_OK):
        return True
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return bool(stamp.get("interpreter") != _interpreter(venv))


def _make(venv: Path, *, with_pip: bool) -> None:
    missing = [name for name in _needed(with_pip) if importlib.util.find_spec(name) is None]
    base = getattr(sys, "_base_executable", "") or sys.executable
    if missing:
        raise EnvironmentRefused(NO_VENV.format(python=base, missing=missing[0]))
    for old in _old_contents(venv):
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    (venv / UNFINISHED).touch()
    command = [base, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(venv)]
    made = _run(command)
    if made.returncode:
        raise EnvironmentRefused(f"{' '.join(command)} failed:\n{made.stdout}{made.stderr}")


def _old_contents(venv: Path) -> list[Path]:
    """What may be cleared away: only ever an environment, never a folder of something else."""
    contents = list(venv.iterdir())
    is_environment = (venv / "pyvenv.cfg").exists() or (venv / UNFINISHED).exists()
    if contents and not is_environment:
        raise EnvironmentRefused(
            f"{venv} holds something that is not a Python environment, so it is left alone.\n"
            "Set LAMPLIGHT_VENV to an empty folder."
        )
    return contents


def _needed(with_pip: bool) -> tuple[str, ...]:
    return ("venv", "ensurepip") if with_pip else ("venv",)


def _install(venv: Path, lock: Path, uv: str | None) -> None:
    python = str(_python(venv))
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", python, "--compile-bytecode"]
    else:
        command = [python, *pip, "--no-deps"]
    command += ["--require-hashes", "-r", str(lock)]
    done = _run(command)
    if done.returncode == 0:
        return
    if uv and importlib.util.find_spec("ensurepip"):
        # A mirror set up for pip alone is unknown to uv: pip gets its turn before giving up.
        _run([python, "-m", "ensurepip"])
        _install(venv, lock, None)
        return
    raise EnvironmentRefused(
        f"The packages could not be installed:\n{done.stdout}{done.stderr}\n"
        "What is there already is kept; run this command again to go on."
    )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # fixed commands, no text of a person in them
        command, check=False, capture_output=True, text=True, env=_environ()
    )


def _environ() -> dict[str, str]:
    """Without what would aim an installer at another environment or import path."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}


def _uv() -> str | None:
    """The path of a uv that works; a launcher for a missing one (pyenv's) does not count."""
    uv = shutil.which("uv")
    return uv if uv and _run([uv, "--version"]).returncode == 0 else None


def _write_stamp(venv: Path, wanted: dict[str, str]) -> None:
    stamp = {"interpreter": _interpreter(venv), "locks": wanted}
    (venv / STAMP).write_text(json.dumps(stamp, indent=1) + "\n")


def _interpreter(venv: Path) -> str:
    """Tells one Python from another, and from itself after an upgrade, without starting it."""
    try:
        real = os.path.realpath(_python(venv))
        status = os.stat(real)
    except OSError:
        return "none"
    return f"{real} {status.st_size} {status.st_mtime_ns}"


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _short(path: Path) -> str:
    home = str(Path.home())
    return str(path).replace(home, "~", 1) if str(path).startswith(home + os.sep) else str(path)
