"""Writes an Excel workbook (.xlsx) with one sheet: bold column names, real dates, no formulas."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from app.lib.office.cell_formats import serial_of
from app.lib.office.sheet_cells import column_letters
from app.lib.resolver import as_text

MAX_CELL_CHARS = 32_767
MAX_SHEET_NAME_CHARS = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?\Z")
_FIRST_YEAR = 1900
_EXACT_UP_TO = 10**15
# The places of the formats in `styles.xml`.
_PLAIN, _BOLD, _AS_DATE, _AS_MOMENT = range(4)


class NewSheetRefused(ValueError):
    """These values cannot be written; `sentence` says which and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """What is to be written. `zone`: where moments with an offset are told as clock time."""

    rows: Iterable[Mapping[str, Any]]
    columns: Sequence[str]
    zone: tzinfo
    name: str = "Sheet1"
    reads_dates: bool = True


def write_workbook(sheet: NewSheet) -> bytes:
    """The workbook. Raises NewSheetRefused for a text that no cell can hold."""
    out = io.BytesIO()
    write_workbook_to(out, sheet)
    return out.getvalue()


def write_workbook_to(out: BinaryIO, sheet: NewSheet) -> None:
    """Write the workbook row by row, holding none. Raises NewSheetRefused, also on the way."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _FIXED.items():
            packed.writestr(name, content)
        packed.writestr("xl/workbook.xml", _workbook(sheet_name(sheet.name)))
        with packed.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in _sheet(sheet):
                part.write(piece.encode())


def sheet_name(wanted: str) -> str:
    """The name as Excel takes it."""
    tidy = " ".join(_NOT_IN_SHEET_NAMES.sub(" ", wanted).split()).strip("'")
    return tidy[:MAX_SHEET_NAME_CHARS].strip() or "Sheet1"


def _sheet(sheet: NewSheet) -> Iterator[str]:
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetData>"
    )
    yield _row(1, (_text(place, 1, name, _BOLD) for place, name in enumerate(sheet.columns)))
    for number, row in enumerate(sheet.rows, start=2):
        yield _row(
            number,
            (
                _cell(sheet, place, number, row.get(name))
                for place, name in enumerate(sheet.columns)
            ),
        )
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(sheet: NewSheet, place: int, row: int, value: Any) -> str:
    where = f"{column_letters(place)}{row}"
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{where}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float) and abs(value) < _EXACT_UP_TO:
        return f'<c r="{where}"><v>{value!r}</v></c>'
    if isinstance(value, str) and sheet.reads_dates:
        found = _dated(value, sheet.zone)
        if found is not None:
            style = _AS_MOMENT if isinstance(found, datetime) else _AS_DATE
            return f'<c r="{where}" s="{style}"><v>{serial_of(found)!r}</v></c>'
    return _text(place, row, as_text(value), _PLAIN)


def _text(place: int, row: int, text: str, style: int) -> str:
    """A cell of text: as such it is never a formula, whatever it begins with."""
    where = f"{column_letters(place)}{row}"
    if len(text) > MAX_CELL_CHARS:
        raise NewSheetRefused(
            f"The text for cell {where} has {len(text):,} characters, and a cell holds "
            f"{MAX_CELL_CHARS:,} at most."
        )
    kept = escape(_NOT_IN_XML.sub("\ufffd", text))
    return (
        f'<c r="{where}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
    )


def _dated(text: str, zone: tzinfo) -> date | datetime | None:
    """The date or moment a text writes out in full, as on a clock in `zone`."""
    try:
        if _DATE.match(text):
            day = date.fromisoformat(text)
            return day if day.year >= _FIRST_YEAR else None
        if _MOMENT.match(text):
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(zone).replace(tzinfo=None)
            return moment if moment.year >= _FIRST_YEAR else None
    except (ValueError, OverflowError):
        pass
    return None


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN = f"{_FORMATS}/spreadsheetml/2006/main"
_OFFICE = f"{_FORMATS}/officeDocument/2006/relationships"
_PACKAGE = f"{_FORMATS}/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _workbook(name: str) -> str:
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


_FIXED = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_KINDS}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KINDS}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        "</cellStyles></styleSheet>"
    ),
}
