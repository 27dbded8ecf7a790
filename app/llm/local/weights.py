"""The file with the weights: one that an administrator names, or the official one, checked."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from app.lib.safe_http import Door, HttpCall, HttpTrouble

OFFICIAL = "qwen2.5-coder"
DOWNLOAD_LIMIT_S = 6 * 3600.0
_BLOCK = 1 << 20
Tell = Callable[[int, int], None]


class WeightsRefused(RuntimeError):
    """There is no file that can be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A file that is known to the last bit. `size` is about what it has, for the progress."""

    name: str
    url: str
    sha256: str
    size: int
    most_bytes: int


QWEN = Official(
    name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
    url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_000,
    most_bytes=1_500_000_000,
)


def named(path: Path) -> Path:
    """The file that an administrator named. Raises WeightsRefused where it is none."""
    if not path.is_file():
        raise WeightsRefused(f"LAMPLIGHT_LOCAL_MODEL names {path}, and there is no such file.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise WeightsRefused(f"{path} is no GGUF file.")
    return path


def official(folder: Path, door: Door, tell: Tell, *, wanted: Official = QWEN) -> Path:
    """The official file, downloaded once and checked each time. Raises WeightsRefused.

    tell: hears how many bytes are there, of how many.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = folder / wanted.url.rpartition("/")[2]
    if not there.exists():
        part = there.with_suffix(".part")
        _download(wanted, door, part, tell)
        part.replace(there)
    if _sha256(there) != wanted.sha256:
        there.unlink()
        raise WeightsRefused(
            f"The file of {wanted.name} is not the one that its makers published, so it was "
            "removed. Start Lamplight again to fetch it once more."
        )
    return there


def _download(wanted: Official, door: Door, part: Path, tell: Tell) -> None:
    call = HttpCall(
        method="GET",
        url=wanted.url,
        timeout_s=DOWNLOAD_LIMIT_S,
        max_bytes=wanted.most_bytes,
    )
    try:
        with part.open("wb") as file:
            counted = _Counted(file, wanted.size, tell)
            answer = door.send(_into(call, cast(BinaryIO, counted)))
    except HttpTrouble as trouble:
        part.unlink(missing_ok=True)
        raise WeightsRefused(f"{wanted.name} could not be fetched. {trouble.sentence}") from trouble
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WeightsRefused(
            f"{wanted.name} could not be kept: {error.strerror or error}."
        ) from error
    if answer.status != 200:
        part.unlink(missing_ok=True)
        raise WeightsRefused(f"{wanted.name} could not be fetched (answer {answer.status}).")


def _into(call: HttpCall, sink: BinaryIO) -> HttpCall:
    return HttpCall(
        method=call.method,
        url=call.url,
        timeout_s=call.timeout_s,
        max_bytes=call.max_bytes,
        sink=sink,
    )


class _Counted:
    """A file that tells of each percent that was written to it."""

    def __init__(self, file: BinaryIO, size: int, tell: Tell) -> None:
        self._file, self._size, self._tell = file, size, tell
        self._done = self._told = 0

    def write(self, content: bytes) -> int:
        """Write, and tell."""
        self._done += len(content)
        if self._done - self._told >= self._size // 100:
            self._told = self._done
            self._tell(self._done, self._size)
        return self._file.write(content)


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
