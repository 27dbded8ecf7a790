"""Proof that a fresh copy starts with nothing but Python: no caches, no home, a read-only folder.

Run as root it starts the copy as another user, for whom the folder is read-only indeed. Standard
library only: `python3 -m tests.ops.bare_machine`, with the system's own Python.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.ops.running_house import STOP_WITHIN_S, RunningHouse

PROJECT = Path(__file__).resolve().parents[2]
USER = "nobody"


def main() -> int:
    """Start, look, stop, start again; print what was seen. Ends with an AssertionError if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", default="/usr/bin:/bin", help="PATH of the bare machine")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="ll-bare-"))
    place.chmod(0o755)
    try:
        copy = _read_only_copy(place)
        first = _live_once(copy, place, given.path, installs=True)
        second = _live_once(copy, place, given.path, installs=False)
        written = list(copy.rglob("__pycache__"))
        assert not written, f"written into the read-only folder: {written[:3]}"
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(place)], check=False)
        shutil.rmtree(place, ignore_errors=True)
    print(f"Bare machine, PATH={given.path}: first start {first:.1f} s, second {second:.1f} s.")
    return 0


def _read_only_copy(place: Path) -> Path:
    copy = place / "lamplight"
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, told.stdout.decode().split("\0")):
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(copy)], check=True)
    for name in ("data", "venv", "home"):
        (place / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(place / name, USER)
    return copy


def _live_once(copy: Path, place: Path, path: str, *, installs: bool) -> float:
    started = time.monotonic()
    environ = {
        "PATH": path,
        "HOME": str(place / "home"),
        "LAMPLIGHT_VENV": str(place / "venv"),
        "LAMPLIGHT_DATA": str(place / "data"),
    }
    command = [*_as_user(), str(copy / "bin" / "up"), "--port", "0", "--no-browser"]
    house = RunningHouse(command, environ=environ, data=place / "data")
    house.wait_until_ready()
    seconds = time.monotonic() - started
    print(house.said, flush=True)
    assert ("installed with" in house.said) == installs
    # Nobody signed up between the starts, so the second one prints a fresh address too.
    for address in (house.address(), house.address("first owner")):
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  # loopback
            assert answer.status == 200
    assert house.stop() < STOP_WITHIN_S
    assert house.process.returncode == 0
    assert house.processes() == []
    return seconds


def _as_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["/usr/bin/setpriv", f"--reuid={USER}", "--regid=nogroup", "--clear-groups"]


if __name__ == "__main__":
    sys.exit(main())
