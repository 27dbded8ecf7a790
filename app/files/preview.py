"""The first rows of a spreadsheet, for people who have just chosen it."""

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from app.engine.values import Json
from app.files.store import FileStore
from app.lib.office import Effort, FileUnreadable, SheetWish, plain_text, read_sheet

ROWS_SHOWN = 5
COLUMNS_SHOWN = 12
MAX_S = 3.0
_CSV_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The beginning of a sheet, as texts; `problem` says why there is none."""

    sheets: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    columns_left_out: int = 0
    has_more: bool = False
    problem: str = ""


def preview(store: FileStore, value: dict[str, Json]) -> Preview | None:
    """What a stored file begins with; None for files that are no sheets."""
    name = str(value["name"])
    read = _READERS.get(PurePosixPath(name).suffix.lower())
    if read is None:
        return None
    try:
        with store.path(uuid.UUID(str(value["file"]))).open("rb") as stream:
            return read(stream, Effort(name, max_s=MAX_S))
    except FileUnreadable as unreadable:
        return Preview(problem=unreadable.sentence)
    except FileNotFoundError:
        return None


def _workbook(stream: BinaryIO, effort: Effort) -> Preview:
    sheet = read_sheet(stream, effort, SheetWish(max_rows=ROWS_SHOWN))
    rows = [[_text(row[name]) for name in sheet.columns[:COLUMNS_SHOWN]] for row in sheet.rows]
    return Preview(
        sheets=sheet.sheet_names,
        columns=sheet.columns[:COLUMNS_SHOWN],
        rows=rows,
        columns_left_out=max(0, len(sheet.columns) - COLUMNS_SHOWN),
        has_more=sheet.has_more,
    )


def _csv(stream: BinaryIO, effort: Effort) -> Preview:
    start = stream.read(_CSV_BYTES)
    text, _ = plain_text(io.BytesIO(start), effort)
    is_whole = len(start) < _CSV_BYTES
    lines = text.splitlines() if is_whole else text.splitlines()[:-1]
    lines = [line for line in lines if line.strip()]
    if not lines:
        return Preview(problem=f"“{effort.name}” is empty.")
    mark = max(",;\t|", key=lines[0].count)
    found = list(csv.reader(lines[: ROWS_SHOWN + 1], delimiter=mark))
    width = max(len(row) for row in found)
    return Preview(
        columns=found[0][:COLUMNS_SHOWN],
        rows=[row[:COLUMNS_SHOWN] for row in found[1:]],
        columns_left_out=max(0, width - COLUMNS_SHOWN),
        has_more=len(lines) > ROWS_SHOWN + 1 or not is_whole,
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)[:200]


_READERS = {".xlsx": _workbook, ".xlsm": _workbook, ".csv": _csv, ".tsv": _csv}
