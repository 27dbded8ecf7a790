"""Hears the XML of one sheet and keeps the cells that are wanted, and no more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.lib.office.cell_formats import Shape, as_shape
from app.lib.office.effort import Effort, FileUnreadable
from app.lib.office.xml_stream import Enough

MAX_COLUMNS = 1_000
MAX_CELLS = 120_000  # about as many as fit into what one step may pass on
MAX_CELL_CHARS = 40_000  # Excel takes 32,767
MAX_CHARS = 2_000_000

Cell = str | int | float | bool
_LETTERS = re.compile(r"([A-Za-z]{1,3})(\d{0,7})\Z")
_HIDDEN_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EXACT_UP_TO = 1e15


class SharedText(int):
    """A cell's text is the one with this number in the workbook's table of texts."""

    __slots__ = ()


@dataclass(slots=True)
class RowCells:
    """One row with something in it: its number in the sheet, and its cells by column from 0."""

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)


class SheetCells:
    """Keeps the row `header_row` and then at most `most` rows that are not empty.

    `header_row` 0 stands for none. After reading, `rows` has what was kept (the header first,
    if it was there) and `has_more` says whether the sheet goes on.
    """

    def __init__(
        self,
        effort: Effort,
        shapes: Sequence[Shape],
        *,
        from_1904: bool,
        header_row: int,
        skip: int,
        most: int,
        max_cells: int = MAX_CELLS,
        max_chars: int = MAX_CHARS,
    ) -> None:
        self._effort = effort
        self._shapes = shapes
        self._from_1904 = from_1904
        self._header_row = header_row
        self._skip = skip
        self._most = most
        self._max_cells = max_cells
        self._max_chars = max_chars
        self._count = 0
        self._chars = 0
        self._row = RowCells(0)
        self._column = -1
        self._kind = ""
        self._style = ""
        self._words: list[str] = []
        self._word_chars = 0
        self._row_chars = 0
        self._hears = False
        self._aside = False
        self.header: RowCells | None = None
        self.rows: list[RowCells] = []
        self.has_more = False
        self.is_sheet = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, a cell, or what is in it."""
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._hears = not self._aside
        elif name == "row":
            number = attributes.get("r", "")
            self._row = RowCells(int(number) if number.isdecimal() else self._row.number + 1)
            self._column, self._row_chars = -1, 0
        elif name == "rPh":  # how a Japanese text is read aloud
            self._aside = True
        elif name == "sheetData":
            self.is_sheet = True

    def end(self, name: str) -> None:
        """A row, a cell, or what is in it, is complete."""
        if name in ("v", "t"):
            self._hears = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._aside = False
        elif name == "sheetData":
            raise Enough

    def text(self, text: str) -> None:
        """A part of a cell's value."""
        if self._hears:
            self._word_chars += len(text)
            self._row_chars += len(text)
            if self._word_chars > MAX_CELL_CHARS or self._chars + self._row_chars > self._max_chars:
                raise too_much(self._effort)
            self._words.append(text)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = _LETTERS.match(attributes.get("r", ""))
        self._column = column_number(place[1]) if place else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._words.clear()
        self._word_chars = 0

    def _end_cell(self) -> None:
        if not self._words or self._row.number < self._header_row:
            return
        value = self._value("".join(self._words))
        if value == "":
            return
        if self._column >= MAX_COLUMNS:
            raise FileUnreadable(
                f"“{self._effort.name}” has more than {MAX_COLUMNS:,} columns in row "
                f"{self._row.number:,}; delete those you do not need."
            )
        self._row.cells[self._column] = value

    def _end_row(self) -> None:
        row = self._row
        if not row.cells:
            return
        if self._header_row and self.header is None:
            self.header = row
            return
        if self._skip > 0:
            self._skip -= 1
            return
        if len(self.rows) >= self._most:
            self.has_more = True
            raise Enough
        self._count += len(row.cells)
        self._chars += self._row_chars
        if self._count > self._max_cells:
            raise too_much(self._effort)
        self.rows.append(row)

    def _value(self, raw: str) -> Cell:
        kind = self._kind
        if kind == "s":
            return SharedText(raw) if raw.strip().isdecimal() else ""
        if kind == "b":
            return raw.strip() == "1"
        if kind == "n":
            return self._number(raw.strip())
        return plain(raw) if kind in ("inlineStr", "str") else raw.strip()

    def _number(self, raw: str) -> Cell:
        try:
            number = float(raw)
        except ValueError:
            return raw
        place = int(self._style) if self._style.isdecimal() else 0
        shape = self._shapes[place] if place < len(self._shapes) else Shape.NUMBER
        if shape is not Shape.NUMBER:
            meant = as_shape(number, shape, from_1904=self._from_1904)
            if meant is not None:
                return meant
        if number != number or abs(number) == float("inf"):
            return raw
        return int(number) if number == int(number) and abs(number) < _EXACT_UP_TO else number


def plain(text: str) -> str:
    """The text with `_x000D_` and the like written out (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _HIDDEN_CODE.sub(lambda code: chr(int(code[1], 16)), text)


def column_number(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def too_much(effort: Effort) -> FileUnreadable:
    """The failure when the wanted rows hold more than can be passed on."""
    return FileUnreadable(
        f"“{effort.name}” has more in these rows than can be held at once; read fewer rows at "
        "once, or leave out columns you do not need."
    )
