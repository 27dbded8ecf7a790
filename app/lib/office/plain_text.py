"""The text of a text file, whichever of the usual encodings it was saved in."""

import codecs
from typing import BinaryIO

from app.lib.office.effort import Effort, FileUnreadable

MAX_TEXT_BYTES = 1_000_000
_LOOKED_AT_BYTES = 4_096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = (
    b"PK\x03\x04",
    b"%PDF-",
    bytes.fromhex("d0cf11e0a1b11ae1"),
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"GIF8",
)


def plain_text(source: BinaryIO, effort: Effort) -> tuple[str, str]:
    """The text and the encoding it was in: utf-8, utf-16 or windows-1252 (a wider latin-1).

    Raises FileUnreadable for what is no text, and above 1 MB.
    """
    raw = source.read(MAX_TEXT_BYTES + 1)
    if len(raw) > MAX_TEXT_BYTES:
        raise FileUnreadable(
            f"“{effort.name}” is larger than {MAX_TEXT_BYTES // 1_000_000} MB, more text than one "
            "step can pass on; split it into smaller files."
        )
    if raw.startswith(_NO_TEXT):
        raise _no_text(effort)
    encoding = _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text, encoding = _western(raw), "windows-1252"
    if "\0" in text:
        raise _no_text(effort)
    return text, encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")


def _encoding(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    start = raw[:_LOOKED_AT_BYTES]
    # Without a mark, western text in UTF-16 has a zero in every other place.
    zeros = start.count(0)
    if zeros > len(start) * 0.3:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return "utf-8"


def _western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:  # five places of it are empty
        return raw.decode("latin-1")


def _no_text(effort: Effort) -> FileUnreadable:
    return FileUnreadable(
        f"“{effort.name}” is not a text file; use the step for its own kind, such as “Read a "
        "spreadsheet” for .xlsx or “Read a PDF” for .pdf."
    )
