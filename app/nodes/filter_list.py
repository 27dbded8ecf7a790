"""The step that keeps the items of a list that fit."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.conditions import OPERATORS
from app.engine.field_columns import ColumnConditions
from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.list_items import LIST, list_of, readers


class FilterList(StepType):
    """Keeps the items of a list that fit your conditions.

    Each condition looks at one column of the item: `price` is more than `100`. Write `item` for
    a list of plain texts or numbers, and a dot for a column inside a group: `address.city`. What
    you compare with may be a value of an earlier step. Capitals and spaces at the ends do not
    count, and a column that an item lacks is empty.
    """

    type: ClassVar[str] = "filter_list"
    title: ClassVar[str] = "Filter list"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "filter"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "conditions": ColumnConditions(label="Keep items where", required=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the items that fit",
        "count": "how many fit",
        "left_out": "how many do not fit",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The items that fit, in their old order."""
        items, conditions = list_of(given["items"]), given["conditions"]
        rows = conditions["rows"]
        reads = readers(items, [str(row["value"]) for row in rows], ports)
        tests = [
            (read, OPERATORS[row["operator"]].test, row["value2"])
            for read, row in zip(reads, rows, strict=True)
        ]
        fits = any if conditions["match"] == "any" else all
        kept: list[Json] = [
            item for item in items if fits([test(read(item), other) for read, test, other in tests])
        ]
        return Output({"items": kept, "count": len(kept), "left_out": len(items) - len(kept)})

    def tell(self, given: Given, output: Given) -> str:
        """How many of how many."""
        total = output["count"] + output["left_out"]
        return said("Kept ", strong(output["count"]), " of ", strong(count(total, "item")))
