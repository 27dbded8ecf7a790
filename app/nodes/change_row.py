"""The step that changes one row of a table."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.nodes.table_settings import ROW_OUTPUT, TABLE, column_values, row_of


class ChangeRow(StepType):
    """Changes some values of one row of a table.

    The row is named by its id, which *Find rows* and *Add rows* give: for instance
    `{{ steps.find_rows.first.id }}`. Columns that are not named keep what they hold.
    """

    type: ClassVar[str] = "change_row"
    title: ClassVar[str] = "Change a row"
    group: ClassVar[str] = "Tables"
    icon: ClassVar[str] = "pencil"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("table change", "table changes", "made")
    fields: ClassVar[Mapping[str, Field]] = {
        "table": TABLE,
        "row": Text(label="Id of the row", required=True),
        "values": column_values(),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"row": ROW_OUTPUT}

    def run(self, given: Given, ports: Ports) -> Output:
        """Change it."""
        row = ports.tables.change(given["table"], str(given["row"]).strip(), row_of(given))
        return Output({"row": row})

    def tell(self, given: Given, output: Given) -> str:
        """How many values."""
        verb = "Would have changed " if output.get("rehearsed") else "Changed "
        return said(verb, strong(count(len(given["values"]), "value")), " of a row")

    def rehearse(self, given: Given) -> Output:
        """The new values only: nobody has looked for the row."""
        row = {"id": str(given["row"]).strip(), **row_of(given)}
        return Output({"rehearsed": True, "row": row})
