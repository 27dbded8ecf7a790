"""Asks a process of its own for the small copy of a picture, and trusts nothing that it says."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import Literal

from app.lib.pictures.child import IS_NONE, IS_TOO_LARGE, MAX_EDGE

MAX_COPY_BYTES = 1_000_000
MAX_TIME_S = 20.0
MAX_AT_ONCE = 2
_MAX_WAIT_S = 10.0
_PROGRAM = Path(__file__).with_name("child.py")
_SIGNALLED = 0  # return codes below it are signals: out of processor time, or broken off
_turns = BoundedSemaphore(MAX_AT_ONCE)

# Why there is no small copy: no picture by its first bytes, damaged, too much of it, no time now.
Why = Literal["kind", "broken", "large", "busy"]


class PictureRefused(Exception):
    """There is no small copy of a picture; `why` is one word."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Small:
    """A WebP picture whose longer side has MAX_EDGE points at most."""

    content: bytes
    width: int
    height: int


def small_copy(path: Path) -> Small:
    """The small copy of the PNG, JPEG, WebP or GIF in a file; raises PictureRefused.

    The file is read by another process, which ends with this call.
    """
    if not _turns.acquire(timeout=_MAX_WAIT_S):
        raise PictureRefused("busy")
    try:
        code, said = _told(path)
    finally:
        _turns.release()
    if code == IS_NONE:
        raise PictureRefused("kind")
    if code == IS_TOO_LARGE or code < _SIGNALLED:
        raise PictureRefused("large")
    small = _read(said) if code == 0 else None
    if small is None:
        raise PictureRefused("broken")
    return small


def _told(path: Path) -> tuple[int, bytes]:
    """How the process ended, and what it wrote."""
    with (
        path.open("rb") as picture,
        subprocess.Popen(  # noqa: S603  # a fixed command; the picture is its input, not in it
            [sys.executable, "-I", str(_PROGRAM)],
            stdin=picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        ) as process,
    ):
        late = Timer(MAX_TIME_S, process.kill)
        late.start()
        try:
            said = process.stdout.read(MAX_COPY_BYTES + 1) if process.stdout else b""
            if len(said) > MAX_COPY_BYTES:
                process.kill()
            return process.wait(), said
        finally:
            late.cancel()
            process.kill()


def _read(said: bytes) -> Small | None:
    head, _, content = said.partition(b"\n")
    try:
        size = json.loads(head)
        width, height = int(size["width"]), int(size["height"])
    except (ValueError, TypeError, KeyError):
        return None
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    fits = 0 < width <= MAX_EDGE and 0 < height <= MAX_EDGE
    return Small(content, width, height) if is_webp and fits else None
