"""Spreadsheets (.xlsx) read and written: the one place that opens them, and what it refuses.

A workbook is a zip of XML files. Sizes are looked at before anything is unpacked; a part cannot
unpack to more than it says, so a small file never grows into gigabytes. Formulas are not worked
out: a cell gives what the program that saved the file had found.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

MAX_FILE_BYTES = 25_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_TEXTS_BYTES = 40_000_000  # texts of all cells are held at once
MAX_PARTS = 1_000
MAX_COLUMNS = 500
MAX_CELL_CHARS = 32_767  # what a cell can hold, by the format
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_HEAD_BYTES = 2_048

CellValue: TypeAlias = str | int | float | bool | None
Source: TypeAlias = Path | BinaryIO


class SheetRefused(ValueError):
    """The file is not a workbook that we open; `sentence` says why and what would help."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the names of all sheets, and rows cut after their last filled cell.

    Dates are `2026-11-22`, dates with a time `2026-11-22T13:05:00`. `is_cut` says that there were
    more rows than asked for.
    """

    name: str
    names: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    is_cut: bool = False


def read_sheet(source: Source, *, sheet: str = "", max_rows: int) -> Sheet:
    """The sheet with this name, or the first one; at most `max_rows` rows. Raises SheetRefused."""
    check_workbook(source)
    try:
        return _read(source, sheet, max_rows)
    except SheetRefused:
        raise
    except Exception as error:  # openpyxl fails in many ways on files that only look right
        raise SheetRefused(
            "This workbook is damaged or made in an unusual way. "
            "Open it in a spreadsheet program and save it as .xlsx again."
        ) from error


def check_workbook(source: Source) -> None:
    """Raises SheetRefused for what is no .xlsx, has macros, or would unpack to too much."""
    _rewind(source)
    if _size(source) > MAX_FILE_BYTES:
        raise SheetRefused(f"A workbook can have {MAX_FILE_BYTES // 1_000_000} MB at most.")
    if _head(source).startswith(_OLD_FORMAT):
        raise SheetRefused(
            "This is an old .xls file or has a password. Save it as .xlsx without a password."
        )
    try:
        with zipfile.ZipFile(source) as parts:
            _check_parts(parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SheetRefused("This is not a workbook in the format .xlsx.") from error
    _rewind(source)


def write_sheet(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str = "Sheet1"
) -> bytes:
    """A workbook with one sheet. Texts stay texts: one that begins with = is no formula.

    Values are texts, numbers, booleans, None, dates, or datetimes without a zone.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(name))
    page.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(page, _writable(value))
        made.data_type = "s"
        return made

    page.append([cell(title) for title in header])
    for row in rows:
        page.append([cell(value) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _read(source: Source, wanted: str, max_rows: int) -> Sheet:
    from openpyxl import load_workbook

    _rewind(source)
    book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    try:
        names = tuple(one.title for one in book.worksheets)
        page = next((one for one in book.worksheets if one.title == wanted or not wanted), None)
        if page is None:
            raise SheetRefused(
                f"There is no sheet “{wanted}” in this workbook. "
                f"It has {', '.join(f'“{one}”' for one in names[:10])}."
                if names
                else "This workbook has no sheet with cells."
            )
        page.reset_dimensions()
        rows = list(_rows(page, max_rows + 1))
        return Sheet(page.title, names, tuple(rows[:max_rows]), is_cut=len(rows) > max_rows)
    finally:
        book.close()


def _rows(page: Any, most: int) -> Iterator[tuple[CellValue, ...]]:
    empty_ones = 0
    for cells in page.iter_rows(max_row=most, max_col=MAX_COLUMNS + 1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] in (None, ""):
            values.pop()
        if len(values) > MAX_COLUMNS:
            raise SheetRefused(f"A sheet can have {MAX_COLUMNS} columns at most.")
        if not values:
            empty_ones += 1  # kept only where something follows
            continue
        yield from ((),) * empty_ones
        empty_ones = 0
        yield tuple(values)


def _value(cell: Any) -> CellValue:
    value = cell.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.datetime):
        value = _to_the_second(value)
        has_time = value.time() != dt.time() or "h" in str(cell.number_format).lower()
        return value.isoformat() if has_time else value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _to_the_second(value: dt.datetime) -> dt.datetime:
    # Days are kept as fractions, so that 13:05:00 can come out as 13:04:59.999999.
    return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def _check_parts(parts: zipfile.ZipFile) -> None:
    infos = parts.infolist()
    names = {info.filename.lower() for info in infos}
    if "[content_types].xml" not in names or not any(one.startswith("xl/") for one in names):
        raise SheetRefused("This is not a workbook in the format .xlsx.")
    if any(one.endswith("vbaproject.bin") for one in names):
        raise SheetRefused("This workbook has macros. Save it as .xlsx, which has none.")
    unpacked = sum(info.file_size for info in infos)
    texts = sum(info.file_size for info in infos if "sharedstrings" in info.filename.lower())
    if len(infos) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or texts > MAX_TEXTS_BYTES:
        raise SheetRefused(
            f"This workbook unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB. "
            "Split it into smaller ones."
        )
    for info in infos:
        if info.filename.lower().endswith((".xml", ".rels")):
            _check_markup(parts, info)


def _check_markup(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    with parts.open(info) as part:
        if b"<!DOCTYPE" in part.read(_HEAD_BYTES).replace(b"\0", b"").upper():
            raise SheetRefused("This workbook carries definitions of its own and is not opened.")


def _sheet_name(name: str) -> str:
    kept = "".join(" " if one in "[]:*?/\\" else one for one in name).strip(" '")
    return kept[:31] or "Sheet1"


def _writable(text: str) -> str:
    whole = "".join(one for one in text if one >= " " or one in "\n\t")
    return whole[:MAX_CELL_CHARS]


def _head(source: Source) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(4)
    head = source.read(4)
    source.seek(0)
    return head


def _size(source: Source) -> int:
    if isinstance(source, Path):
        return source.stat().st_size
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    return size


def _rewind(source: Source) -> None:
    if not isinstance(source, Path):
        source.seek(0)
