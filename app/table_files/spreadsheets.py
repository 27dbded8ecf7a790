"""Files with rows: CSV in the dialects that programs write, and .xlsx; read, and written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from app.data_tables.cells import shown
from app.data_tables.columns import MAX_COLUMNS, Column, ColumnKind, TableRefused
from app.data_tables.listing import FoundRow
from app.data_tables.rows import MAX_ROWS
from app.engine.values import Json
from app.lib.csv_text import MAX_CELL_CHARS
from app.lib.office import Effort, FileUnreadable, NewSheet, SheetWish, read_sheet, write_workbook
from app.lib.office.sheet_writer import NewSheetRefused

MAX_UPLOAD_BYTES = 20_000_000
MAX_CELLS = 1_000_000  # of a workbook, held at once
_SEPARATORS = ",;\t|"
_SNIFFED_CHARS = 8_192
# A spreadsheet program would take such a text for a formula and work it out.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
Line = list[Json]


def read_file(name: str, content: bytes) -> tuple[list[str], list[Line]]:
    """The header and the lines below it. Raises TableRefused for what cannot be read."""
    if len(content) > MAX_UPLOAD_BYTES:
        raise TableRefused(f"A file can have {MAX_UPLOAD_BYTES // 1_000_000} MB at most.")
    is_book = name.lower().endswith((".xlsx", ".xlsm", ".xls")) or content.startswith(b"PK\x03\x04")
    lines = _of_book(name, content) if is_book else _of_csv(content)
    filled = [line for line in lines if any(cell not in (None, "") for cell in line)]
    if not filled:
        raise TableRefused("This file has no rows. Its first row must name the columns.")
    header, below = [str(cell or "").strip() for cell in filled[0]], filled[1:]
    while header and not header[-1]:
        header.pop()
    if len(below) > MAX_ROWS:
        raise TableRefused(f"A table can have {MAX_ROWS:,} rows; this file has more.")
    if len(header) > MAX_COLUMNS:
        raise TableRefused(f"A table can have {MAX_COLUMNS} columns; this file has {len(header)}.")
    width = len(header)
    return header, [[*line[:width], *[None] * (width - len(line))] for line in below]


def as_csv(columns: Sequence[Column], rows: Iterable[FoundRow], zone: tzinfo) -> Iterator[str]:
    """The table as CSV, line by line, as Excel and others read it; texts never are formulas."""
    yield "\ufeff"  # by this Excel knows that it is UTF-8
    yield _csv_line([_guarded(one.name) for one in columns])
    for row in rows:
        yield _csv_line([_csv_cell(one, row.values.get(one.key), zone) for one in columns])


def as_xlsx(name: str, columns: Sequence[Column], rows: Iterable[FoundRow], zone: tzinfo) -> bytes:
    """The table as a workbook; numbers, dates and yes/no keep their kinds. Raises TableRefused."""
    lines = ({one.name: row.values.get(one.key) for one in columns} for row in rows)
    names = [one.name for one in columns]
    try:
        return write_workbook(NewSheet(rows=lines, columns=names, zone=zone, name=name))
    except NewSheetRefused as refused:
        raise TableRefused(f"{refused.sentence} Export the table as CSV.") from None


def _of_book(name: str, content: bytes) -> list[Line]:
    # Rows without anything in them are left out, so the first one names the columns.
    wish = SheetWish(
        header_row=0, max_rows=MAX_ROWS + 2, max_cells=MAX_CELLS, max_chars=MAX_UPLOAD_BYTES
    )
    try:
        sheet = read_sheet(io.BytesIO(content), Effort(name), wish)
    except FileUnreadable as unreadable:
        raise TableRefused(unreadable.sentence) from None
    return [list(row.values()) for row in sheet.rows]


def _of_csv(content: bytes) -> list[Line]:
    text = _decoded(content)
    if "\x00" in text[:_SNIFFED_CHARS]:
        raise TableRefused("This is neither a CSV file nor an .xlsx workbook.")
    csv.field_size_limit(MAX_CELL_CHARS)  # one limit for all of the process, as Python keeps it
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
    lines: list[Line] = []
    try:
        for cells in reader:
            lines.append([cell[1:] if _GUARDED.match(cell) else cell for cell in cells])
            if len(lines) > MAX_ROWS + 1:
                raise TableRefused(f"A table can have {MAX_ROWS:,} rows; this file has more.")
    except csv.Error as error:
        raise TableRefused(f"Line {reader.line_num} of this file cannot be read.") from error
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what older office programs write


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text[:_SNIFFED_CHARS].split("\n", 1)[0])
    return max(_SEPARATORS, key=lambda one: (first.count(one), -_SEPARATORS.index(one)))


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _csv_cell(column: Column, value: Json, zone: tzinfo) -> str:
    words = shown(column, value, zone)
    return _guarded(words) if column.kind in (ColumnKind.TEXT, ColumnKind.CHOICE) else words


def _guarded(words: str) -> str:
    # One that looks guarded already gets one quote more, so that reading takes off exactly one.
    return f"'{words}" if _FORMULA.match(words) else words
