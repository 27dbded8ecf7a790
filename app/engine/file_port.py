"""Files as steps see them: a value that names one, and the door to its content.

In a run a file is `{"file": <id>, "name", "media_type", "size"}`: a value like any other, small,
whatever the file weighs. Only the door turns it into content, and only for files of this run, of
the run that started it, and of runs it started.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from app.engine.values import Json

_SHAPE = {"file", "name", "media_type", "size"}


@dataclass(frozen=True, slots=True)
class FileContent:
    """One stored file, readable at `path`; `size` in bytes."""

    name: str
    media_type: str
    size: int
    path: Path


class FilePort(Protocol):
    """The files that one run may use."""

    def open(self, value: Json) -> FileContent:
        """The content behind a file value; raises StepFailed for anything else."""

    def keep(self, name: str, media_type: str, content: bytes | BinaryIO) -> dict[str, Json]:
        """Store a file with this run and return its value; raises StepFailed over the cap."""


def is_file(value: object) -> bool:
    """Whether a value has the shape of a file's; whether the file exists only the door knows."""
    if not isinstance(value, dict) or set(value) != _SHAPE:
        return False
    texts = (value["file"], value["name"], value["media_type"])
    if not all(isinstance(text, str) for text in texts) or type(value["size"]) is not int:
        return False
    try:
        return bool(str(UUID(value["file"])) == value["file"])
    except ValueError:
        return False
