"""The zip around an office file: looked at from outside before anything in it is unpacked."""

import contextlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from app.lib.office.effort import Effort, FileUnreadable

# A reader of the directory holds about ten times its size in memory.
MAX_DIRECTORY_BYTES = 500_000
MAX_RATIO = 250
BOMB_FROM_BYTES = 10_000_000
MAX_DECLARED_BYTES = 2_000_000_000

_CHUNK_BYTES = 64 * 1024
_END = b"PK\x05\x06"
_END_BYTES = 22
_MAX_COMMENT_BYTES = 0xFFFF
_LARGE_END = b"PK\x06\x07"
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_IS_LOCKED_BIT = 0x1


class Container:
    """The parts of one office file; use it in a `with`.

    kind: what the file should be, "an Excel workbook (.xlsx)". Raises FileUnreadable for what is
    locked, carries macros, is a bomb, damaged, or something else altogether.
    """

    def __init__(self, source: BinaryIO, effort: Effort, kind: str) -> None:
        self.effort = effort
        self.kind = kind
        self._source = source
        self._look_outside()
        try:
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError):
            raise effort.broken(kind) from None
        self._parts = {one.filename.lstrip("/").lower(): one for one in self._zip.infolist()}
        self._look_inside()

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def has(self, part: str) -> bool:
        """Whether there is a part with this name."""
        return part.lstrip("/").lower() in self._parts

    def stream(self, part: str) -> Iterator[bytes]:
        """The part, unpacked piece by piece and counted."""
        entry = self._parts.get(part.lstrip("/").lower())
        if entry is None:
            raise self.effort.broken(self.kind)
        try:
            with self._zip.open(entry) as unpacked:
                while chunk := unpacked.read(_CHUNK_BYTES):
                    self.effort.spend(len(chunk))
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError):
            raise self.effort.broken(self.kind) from None

    def _look_outside(self) -> None:
        """What the first and the last bytes say, before a library reads the directory whole."""
        self._source.seek(0)
        if self._source.read(8) == _OLD_OFFICE:
            raise FileUnreadable(self._old_words())
        size = self._source.seek(0, os.SEEK_END)
        start = max(0, size - _END_BYTES - _MAX_COMMENT_BYTES - 20)
        self._source.seek(start)
        tail = self._source.read()
        place = tail.rfind(_END)
        if tail[-_END_BYTES:-18] == _END and tail[-2:] == b"\0\0":
            place = len(tail) - _END_BYTES
        if place < 0 or len(tail) - place < _END_BYTES:
            raise self.effort.broken(self.kind)
        directory_bytes = struct.unpack_from("<I", tail, place + 12)[0]
        is_large = tail[max(0, place - 20) : place].startswith(_LARGE_END)
        if is_large or directory_bytes > MAX_DIRECTORY_BYTES:
            raise self._bomb()
        self._source.seek(0)

    def _look_inside(self) -> None:
        entries = list(self._parts.values())
        if any(one.flag_bits & _IS_LOCKED_BIT for one in entries):
            raise FileUnreadable(self._locked_words())
        if any(one.compress_type not in _PACKINGS for one in entries):
            raise self.effort.broken(self.kind)
        declared = sum(one.file_size for one in entries)
        if declared > MAX_DECLARED_BYTES or any(_is_bomb(one) for one in entries):
            raise self._bomb()
        if any(name.endswith("vbaproject.bin") for name in self._parts):
            raise FileUnreadable(
                f"“{self.effort.name}” carries macros, which Lamplight does not take in; "
                "save it without them and use the new file."
            )

    def _bomb(self) -> FileUnreadable:
        return FileUnreadable(
            f"“{self.effort.name}” is packed in a way that unfolds to far more than it seems, as "
            "files made to do harm are, so it was not opened; save it again from the program it "
            "came from."
        )

    def _old_words(self) -> str:
        self._source.seek(0)
        before = b""
        with contextlib.suppress(EOFError):
            while chunk := self._source.read(_CHUNK_BYTES):
                self.effort.spend(len(chunk))
                if _LOCKED in before + chunk:
                    return self._locked_words()
                before = chunk[-len(_LOCKED) :]
        return (
            f"“{self.effort.name}” is in an old format that Lamplight does not read; "
            f"open it and save it as {self.kind}."
        )

    def _locked_words(self) -> str:
        return (
            f"“{self.effort.name}” is protected with a password; "
            "save it without one and use the new file."
        )


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    if entry.file_size < BOMB_FROM_BYTES:
        return False
    return entry.file_size > MAX_RATIO * max(1, entry.compress_size)
