"""The step that writes a list as CSV text."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.field_columns import Columns
from app.engine.fields import Choice, Field, Switch
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.lib import csv_text
from app.nodes.list_items import LIST, group_of, list_of, names_in, readers
from app.nodes.parse_csv import SEPARATORS
from app.nodes.text_steps import kept_small


class MakeCsv(StepType):
    """Writes a list as CSV text.

    Each item becomes one row. Without columns of your own, all columns are written in the
    order in which they first appear. *Safe for Excel* puts a ' before cells that a
    spreadsheet would take for a formula; switch it off only if a program reads the text.
    """

    type: ClassVar[str] = "make_csv"
    title: ClassVar[str] = "Make CSV"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "sheet"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "columns": Columns(label="Columns", hint="Leave out to write all of them."),
        "separator": Choice(label="Separate cells by", options=SEPARATORS[1:]),
        "header": Switch(label="Names of columns in the first row", default=True),
        "safe": Switch(label="Safe for Excel", default=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "text": "the CSV text",
        "count": "how many rows it has, without the names",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The text."""
        items = [group_of(item, number) for number, item in enumerate(list_of(given["items"]), 1)]
        names = names_in(given["columns"])
        if not names:
            names = list(dict.fromkeys(name for item in items for name in item))
        reads = readers(items, names, ports)
        rows = [[read(item) for read in reads] for item in items]
        if given["header"]:
            rows.insert(0, list(names))
        text = csv_text.text_of(rows, separator=given["separator"], safe_for_excel=given["safe"])
        return Output({"text": kept_small(text), "count": len(items)})

    def tell(self, given: Given, output: Given) -> str:
        """How many rows."""
        return said("Made CSV of ", strong(count(output["count"], "row")))
