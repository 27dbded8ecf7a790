"""The bytes of files on disk: one file each, named by its id, never by what people called it."""

import contextlib
import hashlib
import os
import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.lib import ids

MAX_FILE_BYTES = 25_000_000
_CHUNK_BYTES = 256 * 1024
_UNFINISHED = ".part"
_SMALL = ".small"


class FileRefused(Exception):
    """A file cannot be kept; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Stored:
    """What has been written; `size` in bytes."""

    id: uuid.UUID
    size: int
    sha256: str


class FileStore:
    """Files in a folder, spread over 256 folders by the last two characters of their ids.

    A file appears whole or not at all: it is written under another name and renamed. On several
    machines the folder is a shared one.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(
        self, content: bytes | BinaryIO, *, name: str, max_bytes: int = MAX_FILE_BYTES
    ) -> Stored:
        """Store the content under a new id; raises FileRefused, naming `name`, over the cap."""
        stored_id = ids.new_id()
        path = self.path(stored_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
        try:
            size, digest = _copy(content, draft, name=name, max_bytes=max_bytes)
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return Stored(stored_id, size, digest)

    def write_copy(self, of: uuid.UUID) -> uuid.UUID:
        """The same bytes under a new id, without taking space; raises FileNotFoundError."""
        stored_id = ids.new_id()
        path = self.path(stored_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.link(self.path(of), path)
        os.utime(path)  # a sweep leaves alone what is new; the two share this time
        with contextlib.suppress(FileNotFoundError):
            os.link(self.small_path(of), self.small_path(stored_id))
        return stored_id

    def write_small(self, file_id: uuid.UUID, content: bytes) -> None:
        """Keep the small copy of a picture beside it; it goes with it."""
        path = self.small_path(file_id)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
        try:
            _copy(content, draft, name=path.name, max_bytes=MAX_FILE_BYTES)
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def path(self, file_id: uuid.UUID) -> Path:
        """Where the bytes of a file are, if they are there."""
        return self._root / file_id.hex[-2:] / str(file_id)

    def small_path(self, file_id: uuid.UUID) -> Path:
        """Where the small copy of a picture is, if there is one."""
        return self.path(file_id).with_name(f"{file_id}{_SMALL}")

    def delete(self, file_id: uuid.UUID) -> None:
        """Remove the bytes and the small copy; nothing happens when they are gone already."""
        self.small_path(file_id).unlink(missing_ok=True)
        self.path(file_id).unlink(missing_ok=True)

    def older_than(self, age_s: float) -> Iterator[tuple[uuid.UUID, ...]]:
        """The ids of all files that were written this long ago, folder by folder.

        What a broken-off write left behind is removed on the way.
        """
        before = time.time() - age_s
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            old = [entry.name for entry in os.scandir(folder) if _written(entry) < before]
            for name in old:
                if name.endswith(_UNFINISHED):
                    (folder / name).unlink(missing_ok=True)
            yield tuple({found for name in old if (found := _id(name)) is not None})


def _copy(content: bytes | BinaryIO, draft: Path, *, name: str, max_bytes: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in _chunks(content):
            size += len(chunk)
            if size > max_bytes:
                raise too_large(name, max_bytes)
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def too_large(name: str, max_bytes: int) -> FileRefused:
    """The refusal of a file above the cap."""
    return FileRefused(
        f"“{name}” is larger than {max_bytes / 1_000_000:g} MB, the most that one file may have. "
        "Make it smaller, or split it."
    )


def _chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(_CHUNK_BYTES):
        yield chunk


def _written(entry: os.DirEntry[str]) -> float:
    with contextlib.suppress(FileNotFoundError):  # another process removed it just now
        return entry.stat().st_mtime
    return float("inf")


def _id(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name.removesuffix(_SMALL))
    except ValueError:
        return None
