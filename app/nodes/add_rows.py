"""The step that adds rows to a table."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Value
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.table_settings import ROW_OUTPUT, TABLE, column_values, row_of, rows_of

_ONE = ("what", frozenset({"one"}))
_LIST = ("what", frozenset({"list"}))


class AddRows(StepType):
    """Adds one row to a table, or a list of rows at once.

    Each value is checked against its column: a number column takes numbers, a date column dates.
    A list is added whole or not at all. When a run is interrupted and goes on, no row is added
    twice.
    """

    type: ClassVar[str] = "add_rows"
    title: ClassVar[str] = "Add rows"
    group: ClassVar[str] = "Tables"
    icon: ClassVar[str] = "plus"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("table change", "table changes", "made")
    fields: ClassVar[Mapping[str, Field]] = {
        "table": TABLE,
        "what": Choice(label="Add", options=(("one", "One row"), ("list", "A list of rows"))),
        "values": column_values(_ONE),
        "rows": Value(
            label="Rows",
            required=True,
            only_if=_LIST,
            hint="A list of groups of values whose names are columns, 1,000 at most.",
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "row": ROW_OUTPUT,
        "rows": "all rows that were added, as a list",
        "count": "how many were added",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Add them, once."""
        rows = [row_of(given)] if given["what"] == "one" else rows_of(given)
        added = ports.tables.add(given["table"], rows, key=ports.idempotency_key)
        return Output(
            {"row": added[0] if added else None, "rows": list(added), "count": len(added)}
        )

    def tell(self, given: Given, output: Given) -> str:
        """How many."""
        verb = "Would have added " if output.get("rehearsed") else "Added "
        return said(verb, strong(count(output.get("count") or 0, "row")))

    def rehearse(self, given: Given) -> Output:
        """The rows as they would go in, without ids."""
        wanted = [row_of(given)] if given["what"] == "one" else rows_of(given)
        rows: list[Json] = [{"id": None, **one} for one in wanted]
        row = rows[0] if rows else None
        return Output({"rehearsed": True, "row": row, "rows": rows, "count": len(rows)})
