"""The step that removes a row from a table."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said
from app.nodes.table_settings import TABLE


class RemoveRow(StepType):
    """Removes one row from a table, for good.

    The row is named by its id, which *Find rows* gives. A row that is gone already is no failure:
    `removed` says whether there was one.
    """

    type: ClassVar[str] = "remove_row"
    title: ClassVar[str] = "Remove a row"
    group: ClassVar[str] = "Tables"
    icon: ClassVar[str] = "trash-2"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("table change", "table changes", "made")
    fields: ClassVar[Mapping[str, Field]] = {
        "table": TABLE,
        "row": Text(label="Id of the row", required=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"removed": "yes when the row was there"}

    def run(self, given: Given, ports: Ports) -> Output:
        """Remove it."""
        return Output({"removed": ports.tables.remove(given["table"], str(given["row"]).strip())})

    def tell(self, given: Given, output: Given) -> str:
        """Whether there was one."""
        if output.get("rehearsed"):
            return said("Would have removed a row")
        return said("Removed a row" if output.get("removed") else "The row was gone already")

    def rehearse(self, given: Given) -> Output:
        """As if it had been there."""
        return Output({"rehearsed": True, "removed": True})
