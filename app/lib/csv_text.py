"""CSV: text to rows and back, as spreadsheets write it and without their traps."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from app.lib.resolver import as_text

MAX_CHARS = 10_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELL_CHARS = 1_000_000
SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_CHARS = 20_000
# What a spreadsheet takes for the beginning of a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*\s*%?\Z")


class CsvRefused(ValueError):
    """The text is not CSV that we take; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def rows(text: str, separator: str = "") -> list[list[str]]:
    """The rows of a CSV text, empty lines left out; without a separator it is guessed.

    Raises CsvRefused beyond the limits above.
    """
    if len(text) > MAX_CHARS:
        raise CsvRefused(f"The text is longer than {MAX_CHARS // 1_000_000} million characters.")
    text = text.removeprefix("\ufeff")
    csv.field_size_limit(MAX_CELL_CHARS)
    found: list[list[str]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator or guessed(text))
    try:
        for row in lines:
            if len(row) > MAX_COLUMNS:
                raise CsvRefused(
                    f"Line {lines.line_num} has {len(row):,} cells; {MAX_COLUMNS:,} are the most."
                )
            if row and any(row):
                found.append(row)
            if len(found) > MAX_ROWS + 1:
                raise CsvRefused(f"The text has more than {MAX_ROWS:,} rows.")
    except csv.Error:
        raise CsvRefused(
            f"Line {lines.line_num} cannot be read: a cell has more than "
            f"{MAX_CELL_CHARS:,} characters. Is a quotation mark not closed?"
        ) from None
    return found


def guessed(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells."""
    sample = text[:_SAMPLE_CHARS]
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        counts = [
            len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        ][:20]
        cells = counts[0] if counts else 0
        if cells < 2:
            continue
        score = (sum(one == cells for one in counts) / len(counts), cells)
        if score > best_score:
            best, best_score = separator, score
    return best


def columns(header: Sequence[str]) -> list[str]:
    """Names of columns out of the first row: none empty, none twice."""
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        name = cell.strip() or f"column_{number}"
        plain, more = name, 2
        while name in names:
            name, more = f"{plain}_{more}", more + 1
        names.append(name)
    return names


def text_of(
    found: Sequence[Sequence[Any]], *, separator: str = ",", safe_for_excel: bool = True
) -> str:
    """CSV text of rows of values, lines ended as RFC 4180 asks.

    With `safe_for_excel` a text that a spreadsheet would take for a formula gets a ' in front;
    numbers stay numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    for row in found:
        writer.writerow([_cell(value, safe=safe_for_excel) for value in row])
    return out.getvalue()


def _cell(value: Any, *, safe: bool) -> str:
    text = as_text(value)
    if safe and text.startswith(_FORMULA_SIGNS) and not _NUMBER.match(text):
        return f"'{text}"
    return text
