"""The text of a PDF, page by page."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from app.lib.office.effort import Effort, FileUnreadable

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf._page import PageObject

KIND = "a PDF"
MAX_PAGE_BYTES = 1_000_000
MAX_STREAM_BYTES = 4_000_000
MAX_TEXT_CHARS = 900_000
MAX_OBJECTS = 200_000
_CHUNK_BYTES = 1_000_000
# An object, or an entry of the classic table of objects; the reader holds each of them.
_OBJECT = re.compile(rb"\d{1,10} \d{1,5} (?:obj|[nf])\b")
_OVERLAP = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """The text of the pages that were read, and how many pages there are."""

    pages: Sequence[str]
    page_count: int


def pdf_text(source: BinaryIO, effort: Effort, *, first: int = 1, most: int = 100) -> PdfText:
    """The text of `most` pages from page `first` on; a page of pictures has none.

    Raises FileUnreadable.
    """
    _look_outside(source, effort)
    from pypdf.errors import PyPdfError

    _set_limits()
    try:
        with _reader(source, effort) as reader:
            count = len(reader.pages)
            pages = _read(reader, effort, first, min(most, max(0, count - first + 1)))
            return PdfText(pages=list(pages), page_count=count)
    except FileUnreadable:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError) as fault:
        raise effort.broken(KIND) from fault
    except (RecursionError, OverflowError, AssertionError, ArithmeticError) as fault:
        raise effort.broken(KIND) from fault


def _read(reader: "PdfReader", effort: Effort, first: int, most: int) -> Iterator[str]:
    chars = 0
    for number in range(first, first + most):
        text = _page_text(reader.pages[number - 1], effort, number)
        chars += len(text)
        if chars > MAX_TEXT_CHARS:
            raise FileUnreadable(
                f"The pages of “{effort.name}” have more than {MAX_TEXT_CHARS:,} characters of "
                "text, more than one step can pass on; read fewer pages at once."
            )
        yield text


def _page_text(page: "PageObject", effort: Effort, number: int) -> str:
    effort.spend()
    contents = page.get_contents()
    if contents is None:
        return ""
    size = len(contents.get_data())
    effort.spend(size)
    if size > MAX_PAGE_BYTES:
        raise FileUnreadable(
            f"Page {number:,} of “{effort.name}” is drawn in more than "
            f"{MAX_PAGE_BYTES // 1_000_000} MB of lines, more than Lamplight reads; leave the "
            "page out."
        )

    def look(*_seen: Any) -> None:
        effort.spend()

    return page.extract_text(visitor_operand_before=look).strip()


def _reader(source: BinaryIO, effort: Effort) -> "PdfReader":
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(source)
    # Most locked files open for reading without a password: only changing them is forbidden.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise FileUnreadable(
            f"“{effort.name}” is protected with a password; save it without one and use the new "
            "file."
        )
    return reader


def _look_outside(source: BinaryIO, effort: Effort) -> None:
    source.seek(0)
    start = source.read(1024)
    if b"%PDF-" not in start:
        raise effort.broken(KIND)
    source.seek(0)
    count, before = 0, b""
    while chunk := source.read(_CHUNK_BYTES):
        effort.spend()
        count += sum(1 for _ in _OBJECT.finditer(before + chunk))
        before = chunk[-_OVERLAP:]
        if count > MAX_OBJECTS:
            raise FileUnreadable(
                f"“{effort.name}” is made of more than {MAX_OBJECTS:,} pieces, more than "
                "Lamplight reads; save the pages you need as a file of their own."
            )
    source.seek(0)


@cache
def _set_limits() -> None:
    """Once per process: how much one packed stream may unfold to."""
    from pypdf import filters

    filters.ZLIB_MAX_OUTPUT_LENGTH = MAX_STREAM_BYTES
    filters.LZW_MAX_OUTPUT_LENGTH = MAX_STREAM_BYTES
    filters.RUN_LENGTH_MAX_OUTPUT_LENGTH = MAX_STREAM_BYTES
    filters.MAX_ARRAY_BASED_STREAM_OUTPUT_LENGTH = MAX_STREAM_BYTES
    filters.FLATE_MAX_BUFFER_SIZE = MAX_STREAM_BYTES
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
