"""The step that reads CSV text into a list."""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, LongText, Switch
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.lib import csv_text

SEPARATORS = (
    ("guess", "Find out"),
    (",", "Comma"),
    (";", "Semicolon"),
    ("\t", "Tab"),
    ("|", "Bar"),
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?\Z")


class ParseCsv(StepType):
    """Reads CSV text into a list.

    Each row becomes one item. The first row names the columns; without one they are
    `column_1`, `column_2` and so on. A row that is too short has empty cells at its end.
    Cells stay text, so that `007` keeps its zeros, unless you want numbers. At most 100,000
    rows of 1,000 columns.
    """

    type: ClassVar[str] = "parse_csv"
    title: ClassVar[str] = "Read CSV"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "table"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "text": LongText(label="CSV text"),
        "separator": Choice(label="Cells are separated by", options=SEPARATORS),
        "header": Switch(label="The first row names the columns", default=True),
        "numbers": Switch(
            label="Turn numbers into numbers", hint="12.50 is one; 007 and 12,50 stay text."
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "one item per row",
        "count": "how many rows there are",
        "columns": "the names of the columns",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The rows by column."""
        separator = "" if given["separator"] == "guess" else given["separator"]
        try:
            rows = csv_text.rows(given["text"], separator)
        except csv_text.CsvRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        width = max(map(len, rows), default=0)
        header = rows.pop(0) if given["header"] and rows else []
        names = csv_text.columns([*header, *[""] * (width - len(header))])
        read: Callable[[str], Json] = _number if given["numbers"] else str
        items: list[Json] = [
            dict(zip_longest(names, [read(cell) for cell in row], fillvalue="")) for row in rows
        ]
        return Output({"items": items, "count": len(items), "columns": list(names)})

    def tell(self, given: Given, output: Given) -> str:
        """How many rows and columns."""
        rows = strong(count(output["count"], "row"))
        return said("Read ", rows, " with ", strong(count(len(output["columns"]), "column")))


def _number(cell: str) -> Json:
    if not _NUMBER.match(cell):
        return cell
    return float(cell) if "." in cell else int(cell)
