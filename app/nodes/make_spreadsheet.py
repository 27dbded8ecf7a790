"""The step that makes an Excel workbook out of a list."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, LongText, Switch, Text, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, count, said, short
from app.lib.office import NewSheet, write_workbook
from app.lib.office.sheet_cells import MAX_COLUMNS
from app.lib.office.sheet_writer import NewSheetRefused
from app.nodes.file_words import called, with_ending

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 100_000


class MakeSpreadsheet(StepType):
    """Makes an Excel workbook (.xlsx) with one sheet out of a list of groups.

    Each group becomes a row, each name a column with its name in bold at the top. Columns stand
    in the order in which their names first appear, or as you list them. Numbers stay numbers and
    texts such as 2026-11-30 become real dates. A text is never a formula, whatever it begins
    with. Lists and groups inside a row are written as text.
    """

    type: ClassVar[str] = "make_spreadsheet"
    title: ClassVar[str] = "Make a spreadsheet"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-plus"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "rows": Value(
            label="Rows",
            required=True,
            hint="A list of groups, such as {{ steps.orders.rows }}.",
        ),
        "name": Text(label="Name of the file", default="Table.xlsx", required=True, max_chars=200),
        "columns": LongText(label="Columns", hint="One a line, in this order. Empty: all of them."),
        "sheet": Text(label="Name of the sheet", default="Sheet1", max_chars=200),
        "reads_dates": Switch(
            label="Write dates as dates",
            default=True,
            hint="Off: texts that look like dates stay texts.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "file": "the file, to hand on to other steps",
        "count": "how many rows it has",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Write the workbook and keep it with the run."""
        rows = _rows(given["rows"])
        columns = _columns(rows, given["columns"])
        sheet = NewSheet(
            rows=rows,
            columns=columns,
            zone=ports.timezone,
            name=given["sheet"],
            reads_dates=bool(given["reads_dates"]),
        )
        try:
            content = write_workbook(sheet)
        except NewSheetRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        file = ports.files.keep(with_ending(given["name"], ".xlsx"), MEDIA_TYPE, content)
        return Output({"file": file, "count": len(rows)})

    def tell(self, given: Given, output: Given) -> Sentence:
        """Its name and how many rows."""
        rows = count(int(output.get("count") or 0), "row")
        return said("Made ", called(output.get("file")), " with ", rows)


def _rows(value: Json) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise StepFailed(
            f"“Rows” must be a list of groups, and “{short(value)}” is none.", can_retry=False
        )
    if len(value) > MAX_ROWS:
        raise StepFailed(
            f"“Rows” has {len(value):,} rows, and a spreadsheet made here can have "
            f"{MAX_ROWS:,} at most.",
            can_retry=False,
        )
    rows: list[Mapping[str, Any]] = []
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise StepFailed(
                f"Row {number:,} of “Rows” is “{short(row)}”, and each row must be a group of "
                "names with values.",
                can_retry=False,
            )
        rows.append(row)
    return rows


def _columns(rows: list[Mapping[str, Any]], listed: str) -> list[str]:
    wanted = [line.strip() for line in listed.splitlines() if line.strip()]
    columns = list(dict.fromkeys(wanted or (name for row in rows for name in row)))
    if len(columns) > MAX_COLUMNS:
        raise StepFailed(
            f"The rows have {len(columns):,} different names, and a spreadsheet made here can "
            f"have {MAX_COLUMNS:,} columns at most.",
            can_retry=False,
        )
    return columns
