"""The text of a PDF, page by page."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from app.lib.office.effort import Effort, FileUnreadable

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf._page import PageObject

KIND = "a PDF"
MAX_PAGE_BYTES = 1_000_000
MAX_STREAM_BYTES = 4_000_000
MAX_TEXT_CHARS = 450_000  # the step passes it on twice: as a whole, and page by page
MAX_OBJECTS = 100_000
MAX_DRAWING_WORK = 150_000  # operators, numbers and texts in what draws one page
_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": MAX_STREAM_BYTES,
    "lzw_maximum_output_length": MAX_STREAM_BYTES,
    "run_length_maximum_output_length": MAX_STREAM_BYTES,
    "brotli_maximum_output_length": MAX_STREAM_BYTES,
    "array_based_stream_maximum_output_length": MAX_STREAM_BYTES,
    "stream_decoding_work_maximum_length": 4 * MAX_STREAM_BYTES,
    "stream_parsing_work_maximum_count": MAX_DRAWING_WORK,
    "page_tree_maximum_page_entries": MAX_OBJECTS,
    "jbig2dec_binary": None,  # no other program is started for a picture
    "disable_legacy_handling": True,
}
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
    from pypdf import apply_configuration
    from pypdf.errors import LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # odd files are daily bread here
    try:
        with apply_configuration(**_LIMITS), _reader(source, effort) as reader:
            count = len(reader.pages)
            pages = _read(reader, effort, first, min(most, max(0, count - first + 1)))
            return PdfText(pages=list(pages), page_count=count)
    except FileUnreadable:
        raise
    except LimitReachedError:
        raise FileUnreadable(
            f"“{effort.name}” is drawn in a more complicated way than Lamplight reads; save the "
            "pages you need as a file of their own."
        ) from None
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

    reader = PdfReader(source, xref_stream_maximum_entries=MAX_OBJECTS)
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
