"""The step that changes a row of a table, or adds it when it is not there yet."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.nodes.table_settings import ROW_OUTPUT, TABLE, column_values, row_of


class PutRow(StepType):
    """Changes the row that has the same value in one column, or adds a row when none has it.

    Choose a column that tells rows apart, such as an order number or an e-mail address, and give
    its value among the values. The first row with exactly this value is changed. Two runs that
    come with the same value at once make one row.
    """

    type: ClassVar[str] = "put_row"
    title: ClassVar[str] = "Add or change a row"
    group: ClassVar[str] = "Tables"
    icon: ClassVar[str] = "save"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("table change", "table changes", "made")
    fields: ClassVar[Mapping[str, Field]] = {
        "table": TABLE,
        "match": Text(label="Same row when this column is equal", required=True),
        "values": column_values(),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "row": ROW_OUTPUT,
        "added": "yes when the row is new",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Look, then change or add."""
        row, is_new = ports.tables.put(
            given["table"], str(given["match"]), row_of(given), key=ports.idempotency_key
        )
        return Output({"row": row, "added": is_new})

    def tell(self, given: Given, output: Given) -> str:
        """Which of the two."""
        value = row_of(given).get(str(given["match"]).strip())
        if output.get("rehearsed"):
            return said("Would have added or changed the row of ", strong(value))
        return said("Added" if output.get("added") else "Changed", " the row of ", strong(value))

    def rehearse(self, given: Given) -> Output:
        """The values as they would go in."""
        row: Json = {"id": None, **row_of(given)}
        return Output({"rehearsed": True, "row": row, "added": None})

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """The column must be among the values."""
        match, values = fields.get("match"), fields.get("values")
        if not isinstance(match, str) or "{{" in match or not match.strip():
            return []
        rows = values if isinstance(values, list) else []
        names = [str(one.get("name")).strip() for one in rows if isinstance(one, dict)]
        if not names or match.strip() in names:
            return []
        return [("values", f"Give a value for “{match.strip()}” too: the row is found by it.")]
