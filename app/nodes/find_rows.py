"""The step that looks for rows in a table."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Number, Text
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.nodes.table_settings import ROW_OUTPUT, TABLE, RowFilter


class FindRows(StepType):
    """Finds the rows of a table that fit some conditions.

    A condition names a column on the left, a comparison, and a value on the right, which may come
    from an earlier step. Without conditions every row fits. The result is a list in `rows`, the
    first of them in `first` (nothing when none was found), and their number in `count`.
    """

    type: ClassVar[str] = "find_rows"
    title: ClassVar[str] = "Find rows"
    group: ClassVar[str] = "Tables"
    icon: ClassVar[str] = "search"
    effect: ClassVar[Effect] = Effect.READ
    fields: ClassVar[Mapping[str, Field]] = {
        "table": TABLE,
        "conditions": RowFilter(
            label="Rows where", hint="On the left stands a column, as it is called in the table."
        ),
        "sort": Text(label="Sorted by", placeholder="A column", hint="Empty: as they were added."),
        "order": Choice(
            label="Order",
            options=(("up", "Smallest or earliest first"), ("down", "Largest or latest first")),
        ),
        "limit": Number(
            label="At most", default=100, minimum=1, maximum=1_000, whole=True, unit="rows"
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "rows": "the rows that were found, as a list",
        "first": ROW_OUTPUT,
        "count": "how many were found",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Ask the table."""
        sort = str(given["sort"]).strip()
        if sort and given["order"] == "down":
            sort = f"-{sort}"
        rows = ports.tables.find(
            given["table"], given["conditions"], sort=sort, limit=int(given["limit"])
        )
        return Output({"rows": list(rows), "first": rows[0] if rows else None, "count": len(rows)})

    def tell(self, given: Given, output: Given) -> str:
        """How many."""
        found = output.get("count") or 0
        return said("Found ", strong(count(found, "row"))) if found else said("Found no row")

    def doing(self, given: Given) -> str:
        """What it waits for."""
        return "looking for rows"
