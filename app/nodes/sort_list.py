"""The step that puts a list in order."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.field_columns import SortKeys
from app.engine.fields import Field
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, listed, said, strong
from app.lib.natural_order import is_blank, place
from app.nodes.list_items import ITEM, LIST, Reader, list_of, names_in, readers


class SortList(StepType):
    """Puts a list in order by one or more columns.

    The first column counts most; the next one decides where it is equal. Numbers are sorted as
    numbers and dates as dates, also when they are text; in texts, “file 9” comes before
    “file 10”, and capitals and accents do not count. Empty ones come last in both directions.
    Without a column, the items themselves are sorted.
    """

    type: ClassVar[str] = "sort_list"
    title: ClassVar[str] = "Sort list"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "arrow-down-a-z"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "keys": SortKeys(label="Sort by", hint="Leave out for a list of plain texts or numbers."),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the list in its new order",
        "count": "how many items there are",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """A new list; items that are equal keep their order."""
        items = list(list_of(given["items"]))
        keys = given["keys"] or [{"name": ITEM, "order": "up"}]
        reads = readers(items, names_in(keys), ports)
        for read, key in reversed(list(zip(reads, keys, strict=True))):
            items = _sorted(items, read, falling=key["order"] == "down")
        return Output({"items": items, "count": len(items)})

    def tell(self, given: Given, output: Given) -> str:
        """By which columns."""
        items = strong(count(output["count"], "item"))
        names = [f"“{name}”" for name in names_in(given["keys"])]
        return said("Sorted ", items, f" by {listed(names)}" if names else "")


def _sorted(items: list[Any], read: Reader, *, falling: bool) -> list[Any]:
    filled = [item for item in items if not is_blank(read(item))]
    blank = [item for item in items if is_blank(read(item))]
    return [*sorted(filled, key=lambda item: place(read(item)), reverse=falling), *blank]
