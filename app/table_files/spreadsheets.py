"""Files with rows: CSV in the dialects that programs write, and .xlsx; read, and written."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import BinaryIO

from app.data_tables.cells import shown
from app.data_tables.columns import MAX_COLUMNS, Column, ColumnKind, TableRefused
from app.data_tables.listing import FoundRow
from app.data_tables.rows import MAX_ROWS
from app.engine.values import Json
from app.lib.csv_text import MAX_CELL_CHARS
from app.lib.office import (
    Effort,
    FileUnreadable,
    NewSheet,
    SheetWish,
    read_sheet,
    write_workbook_to,
)
from app.lib.office.sheet_writer import NewSheetRefused

MAX_UPLOAD_BYTES = 20_000_000
MAX_CELLS = 1_000_000  # of a workbook, held at once
_SEPARATORS = ",;\t|"
_SNIFFED_CHARS = 8_192
_SNIFFED_BYTES = 4 * _SNIFFED_CHARS
_CHUNK_BYTES = 64 * 1024
_ZIP = b"PK\x03\x04"
# A spreadsheet program would take such a text for a formula and work it out.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
Line = list[Json]


def read_file(name: str, content: bytes) -> tuple[list[str], list[Line]]:
    """The header and the lines below it. Raises TableRefused for what cannot be read."""
    if len(content) > MAX_UPLOAD_BYTES:
        raise TableRefused(f"A file can have {MAX_UPLOAD_BYTES // 1_000_000} MB at most.")
    header, below = open_file(name, io.BytesIO(content))
    return header, list(below)


def open_file(name: str, stream: BinaryIO) -> tuple[list[str], Iterator[Line]]:
    """The header, and the lines below it as they are asked for.

    A CSV file is read on the way, a workbook at once. Raises TableRefused, also on the way.
    """
    start = stream.read(len(_ZIP))
    stream.seek(0)
    is_book = name.lower().endswith((".xlsx", ".xlsm", ".xls")) or start == _ZIP
    lines = _of_book(name, stream) if is_book else _of_csv(stream)
    filled = (line for line in lines if any(cell not in (None, "") for cell in line))
    first = next(filled, None)
    if first is None:
        raise TableRefused("This file has no rows. Its first row must name the columns.")
    header = [str(cell or "").strip() for cell in first]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise TableRefused(f"A table can have {MAX_COLUMNS} columns; this file has {len(header)}.")
    return header, _below(filled, len(header))


def _below(filled: Iterator[Line], width: int) -> Iterator[Line]:
    for number, line in enumerate(filled, start=1):
        if number > MAX_ROWS:
            raise TableRefused(f"A table can have {MAX_ROWS:,} rows; this file has more.")
        yield [*line[:width], *[None] * (width - len(line))]


def as_csv(columns: Sequence[Column], rows: Iterable[FoundRow], zone: tzinfo) -> Iterator[str]:
    """The table as CSV, line by line, as Excel and others read it; texts never are formulas."""
    yield "\ufeff"  # by this Excel knows that it is UTF-8
    line = csv.writer(_Line()).writerow
    yield line([_guarded(one.name) for one in columns])
    for row in rows:
        yield line([_csv_cell(one, row.values.get(one.key), zone) for one in columns])


def write_csv(
    out: BinaryIO, columns: Sequence[Column], rows: Iterable[FoundRow], zone: tzinfo
) -> None:
    """The same into a stream, row by row."""
    for line in as_csv(columns, rows, zone):
        out.write(line.encode())


def as_xlsx(name: str, columns: Sequence[Column], rows: Iterable[FoundRow], zone: tzinfo) -> bytes:
    """The table as a workbook; numbers, dates and yes/no keep their kinds. Raises TableRefused."""
    out = io.BytesIO()
    write_xlsx(out, name, columns, rows, zone)
    return out.getvalue()


def write_xlsx(
    out: BinaryIO,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[FoundRow],
    zone: tzinfo,
) -> None:
    """The same into a stream, row by row. Raises TableRefused, also on the way."""
    lines = ({one.name: row.values.get(one.key) for one in columns} for row in rows)
    names = [one.name for one in columns]
    try:
        write_workbook_to(out, NewSheet(rows=lines, columns=names, zone=zone, name=name))
    except NewSheetRefused as refused:
        raise TableRefused(refused.sentence) from None


def _of_book(name: str, stream: BinaryIO) -> Iterator[Line]:
    # Rows without anything in them are left out, so the first one names the columns.
    wish = SheetWish(
        header_row=0, max_rows=MAX_ROWS + 2, max_cells=MAX_CELLS, max_chars=MAX_UPLOAD_BYTES
    )
    try:
        sheet = read_sheet(stream, Effort(name), wish)
    except FileUnreadable as unreadable:
        raise TableRefused(unreadable.sentence) from None
    return (list(row.values()) for row in sheet.rows)


def _of_csv(stream: BinaryIO) -> Iterator[Line]:
    encoding = _encoding(stream)
    start = stream.read(_SNIFFED_BYTES).decode(encoding, "replace")[:_SNIFFED_CHARS]
    stream.seek(0)
    if "\x00" in start:
        raise TableRefused("This is neither a CSV file nor an .xlsx workbook.")
    csv.field_size_limit(MAX_CELL_CHARS)  # one limit for all of the process, as Python keeps it
    text = io.TextIOWrapper(stream, encoding, "replace", newline="")
    reader = csv.reader(text, delimiter=_separator(start), strict=False)
    try:
        for cells in reader:
            yield [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
    except csv.Error as error:
        raise TableRefused(f"Line {reader.line_num} of this file cannot be read.") from error
    finally:
        if not stream.closed:
            text.detach()  # whoever opened the stream closes it


def _encoding(stream: BinaryIO) -> str:
    """What its bytes are written in; looked through once, held nowhere."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = stream.read(_CHUNK_BYTES)
    encoding = "utf-8-sig"
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, chunk = "utf-16", b""
    try:
        while chunk:
            decoder.decode(chunk)
            chunk = stream.read(_CHUNK_BYTES)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "cp1252"  # what older office programs write
    stream.seek(0)
    return encoding


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(_SEPARATORS, key=lambda one: (first.count(one), -_SEPARATORS.index(one)))


class _Line:
    """What a CSV writer writes to; it gives each line back, so the writer does."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def _csv_cell(column: Column, value: Json, zone: tzinfo) -> str:
    words = shown(column, value, zone)
    return _guarded(words) if column.kind in (ColumnKind.TEXT, ColumnKind.CHOICE) else words


def _guarded(words: str) -> str:
    # One that looks guarded already gets one quote more, so that reading takes off exactly one.
    return f"'{words}" if _FORMULA.match(words) else words
