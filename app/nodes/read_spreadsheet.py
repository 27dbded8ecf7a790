"""The step that reads the rows of an Excel workbook."""

from collections.abc import Mapping
from typing import ClassVar, cast

from app.engine.fields import Field, Number, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Sentence, count, said
from app.lib.office import SheetWish, read_sheet
from app.nodes.file_words import FILE, called, read_file


class ReadSpreadsheet(StepType):
    """Reads rows of an Excel workbook (.xlsx) as a list of groups, by the names of its columns.

    One row holds the names of the columns; each row below it becomes a group with these names.
    Numbers stay numbers, dates become texts such as 2026-11-30 or 2026-11-30T08:30:00, a formula
    gives its last result, and rows without anything in them are left out. Columns without a name
    are called by their letter. Workbooks with macros or a password are refused.
    """

    type: ClassVar[str] = "read_spreadsheet"
    title: ClassVar[str] = "Read a spreadsheet"
    group: ClassVar[str] = "Files"
    icon: ClassVar[str] = "file-spreadsheet"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "file": FILE,
        "sheet": Text(label="Sheet", hint="Its name or number. Empty: the first one."),
        "header_row": Number(
            label="Row with the names of the columns",
            hint="0 if there is none: columns are called A, B, C then.",
            default=1,
            minimum=0,
            maximum=10_000,
            whole=True,
        ),
        "skip": Number(
            label="Leaves out the first",
            default=0,
            minimum=0,
            maximum=500_000,
            whole=True,
            unit="rows",
        ),
        "max_rows": Number(
            label="Reads at most",
            default=1_000,
            minimum=1,
            maximum=50_000,
            whole=True,
            unit="rows",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "rows": "a group for each row, by the names of the columns",
        "columns": "the names of the columns, in order",
        "count": "how many rows were read",
        "has_more": "whether there are more rows than were read",
        "sheet": "the name of the sheet",
        "sheets": "the names of all sheets",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The rows."""
        wish = SheetWish(
            sheet=given["sheet"],
            header_row=int(given["header_row"]),
            skip=int(given["skip"]),
            max_rows=int(given["max_rows"]),
        )
        _, sheet = read_file(
            given["file"], ports, lambda stream, effort: read_sheet(stream, effort, wish)
        )
        return Output(
            {
                "rows": cast(list[Json], list(sheet.rows)),
                "columns": list(sheet.columns),
                "count": len(sheet.rows),
                "has_more": sheet.has_more,
                "sheet": sheet.name,
                "sheets": list(sheet.sheet_names),
            }
        )

    def tell(self, given: Given, output: Given) -> Sentence:
        """How many rows of which file."""
        more = ", and there are more" if output.get("has_more") else ""
        rows = count(int(output.get("count") or 0), "row")
        return said("Read ", rows, " of ", called(given.get("file")), more)
