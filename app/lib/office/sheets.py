"""Rows of an Excel workbook (.xlsx), read as a stream: only what is wanted is ever held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from app.lib.office.cell_formats import Formats, Shape
from app.lib.office.container import Container
from app.lib.office.effort import Effort, FileUnreadable
from app.lib.office.relations import main_part, relations
from app.lib.office.sheet_cells import (
    MAX_CELLS,
    MAX_CHARS,
    Cell,
    RowCells,
    SharedText,
    SheetCells,
    column_letters,
    plain,
    too_much,
)
from app.lib.office.xml_stream import Enough, attribute, read_part

KIND = "an Excel workbook (.xlsx)"
MAX_SHEETS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWish:
    """What is wanted of a workbook.

    `sheet`: its name or its number from 1, empty for the first. `header_row`: the row with the
    names of the columns, 0 for none; they are A, B, C then. `skip` rows below it are left out.
    `max_cells` and `max_chars` bound what is held in memory.
    """

    sheet: str = ""
    header_row: int = 1
    skip: int = 0
    max_rows: int = 1_000
    max_cells: int = MAX_CELLS
    max_chars: int = MAX_CHARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read. Each row has the names of the columns that are filled in it."""

    name: str
    sheet_names: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[dict[str, Cell | None]]
    has_more: bool


def read_sheet(source: BinaryIO, effort: Effort, wish: SheetWish) -> Sheet:
    """Read rows of one sheet. Dates come as ISO text, formulas as their last result.

    Rows without anything in them are left out. Raises FileUnreadable.
    """
    with Container(source, effort, KIND) as container:
        workbook = _workbook(container)
        name, part = _chosen(workbook, effort, wish.sheet)
        cells = SheetCells(
            effort,
            _shapes(container, workbook),
            from_1904=workbook.from_1904,
            header_row=wish.header_row,
            skip=wish.skip,
            most=wish.max_rows,
            max_cells=wish.max_cells,
            max_chars=wish.max_chars,
        )
        read_part(container, part, cells)
        if not cells.is_sheet:
            raise effort.broken(KIND)
        texts = _texts(container, workbook, cells, wish.max_chars)
    columns = _columns(effort, name, cells, texts, wish.header_row)
    return Sheet(
        name=name,
        sheet_names=tuple(workbook.sheets),
        columns=tuple(columns.values()),
        rows=[_row(row, columns, texts) for row in cells.rows],
        has_more=cells.has_more,
    )


class _Workbook:
    """Hears `workbook.xml`: the sheets in order, and from when on days are counted."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.sheets: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet" and len(self.ids) < MAX_SHEETS:
            called = attribute(attributes, "name")[:100]
            self.ids[called] = attribute(attributes, "id")
            if attribute(attributes, "state") in ("hidden", "veryHidden"):
                self.hidden.add(called)
        elif name == "workbookPr":
            self.from_1904 = attribute(attributes, "date1904") in ("1", "true", "on")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _workbook(container: Container) -> _Workbook:
    part = main_part(container)
    if part.endswith(".bin"):
        raise FileUnreadable(
            f"“{container.effort.name}” is a binary workbook (.xlsb), which Lamplight does not "
            "read; open it and save it as .xlsx."
        )
    workbook = _Workbook()
    read_part(container, part, workbook)
    leads_to = relations(container, part)
    for name, place in workbook.ids.items():
        if place in leads_to and leads_to[place].kind == "worksheet":
            workbook.sheets[name] = leads_to[place].target
    for one in leads_to.values():
        workbook.parts.setdefault(one.kind, one.target)
    if not workbook.sheets:
        raise container.effort.broken(KIND)
    return workbook


def _chosen(workbook: _Workbook, effort: Effort, wanted: str) -> tuple[str, str]:
    names = list(workbook.sheets)
    wanted = wanted.strip()
    if not wanted:
        first = next((name for name in names if name not in workbook.hidden), names[0])
        return first, workbook.sheets[first]
    found = [name for name in names if name.casefold() == wanted.casefold()]
    if not found and wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        found = [names[int(wanted) - 1]]
    if not found:
        known = ", ".join(f"“{name}”" for name in names[:10])
        raise FileUnreadable(
            f"“{effort.name}” has no sheet “{wanted[:60]}”; it has {known}"
            f"{' and more' if len(names) > 10 else ''}."
        )
    return found[0], workbook.sheets[found[0]]


def _shapes(container: Container, workbook: _Workbook) -> Sequence[Shape]:
    part = workbook.parts.get("styles", "")
    formats = Formats()
    if part and container.has(part):
        read_part(container, part, formats)
    return formats.shapes


class _Texts:
    """Hears the table of texts and keeps those that are needed."""

    def __init__(self, wanted: set[int], effort: Effort, max_chars: int) -> None:
        self._max_chars = max_chars
        self._wanted = wanted
        self._effort = effort
        self._last = max(wanted)
        self._number = -1
        self._words: list[str] = []
        self._chars = 0
        self._hears = False
        self._aside = False
        self.kept: dict[int, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._number += 1
            self._words.clear()
            if self._number > self._last:
                raise Enough
        elif name == "t":
            self._hears = self._number in self._wanted and not self._aside
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self._hears = False
        elif name == "rPh":
            self._aside = False
        elif name == "si" and self._number in self._wanted:
            self.kept[self._number] = plain("".join(self._words))

    def text(self, text: str) -> None:
        if self._hears:
            self._chars += len(text)
            if self._chars > self._max_chars:
                raise too_much(self._effort)
            self._words.append(text)


def _texts(
    container: Container, workbook: _Workbook, cells: SheetCells, max_chars: int
) -> Mapping[int, str]:
    rows = [cells.header, *cells.rows] if cells.header else cells.rows
    wanted = {int(cell) for row in rows for cell in row.cells.values() if type(cell) is SharedText}
    part = workbook.parts.get("sharedStrings", "")
    if not wanted or not container.has(part):
        return {}
    texts = _Texts(wanted, container.effort, max_chars)
    read_part(container, part, texts)
    return texts.kept


def _columns(
    effort: Effort, sheet: str, cells: SheetCells, texts: Mapping[int, str], header_row: int
) -> dict[int, str]:
    """The name of each column that has a name or a value, by its place."""
    header = cells.header.cells if cells.header else {}
    if cells.header is not None and cells.header.number != header_row:
        raise FileUnreadable(
            f"Row {header_row:,} of sheet “{sheet}” in “{effort.name}” is empty, so the columns "
            f"have no names; the first row with something in it is row {cells.header.number:,}."
        )
    places = {place for row in cells.rows for place in row.cells} | set(header)
    names: dict[int, str] = {}
    taken: set[str] = set()
    for place in sorted(places):
        text = str(_real(header.get(place, ""), texts) or "").strip()[:200]
        name = wanted = " ".join(text.split()) or column_letters(place)
        number = 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        taken.add(name)
        names[place] = name
    return names


def _row(
    row: RowCells, columns: Mapping[int, str], texts: Mapping[int, str]
) -> dict[str, Cell | None]:
    return {
        name: _real(row.cells[place], texts) if place in row.cells else None
        for place, name in columns.items()
    }


def _real(cell: Cell, texts: Mapping[int, str]) -> Cell | None:
    return texts.get(int(cell)) if type(cell) is SharedText else cell
