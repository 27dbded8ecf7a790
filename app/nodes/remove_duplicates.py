"""The step that keeps each item of a list once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.field_columns import Columns
from app.engine.fields import Choice, Field
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.lib.natural_order import same_key
from app.nodes.list_items import LIST, list_of, names_in, readers


class RemoveDuplicates(StepType):
    """Keeps one of the items that are the same.

    Items are the same when the columns you name are: capitals and spaces at the ends do not
    count. Without a column, the whole items are compared.
    """

    type: ClassVar[str] = "remove_duplicates"
    title: ClassVar[str] = "Remove duplicates"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "copy-minus"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "columns": Columns(label="Compare by", hint="Leave out to compare whole items."),
        "keep": Choice(
            label="Of the same ones keep", options=(("first", "The first"), ("last", "The last"))
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the list with each item once",
        "count": "how many items are left",
        "removed": "how many were removed",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The items kept, in their old order."""
        items = list_of(given["items"])
        reads = readers(items, names_in(given["columns"]), ports)
        kept: dict[Any, int] = {}
        for number, item in enumerate(items):
            key = tuple([same_key(read(item)) for read in reads]) if reads else same_key(item)
            if given["keep"] == "last":
                kept[key] = number
            else:
                kept.setdefault(key, number)
        left = [items[number] for number in sorted(kept.values())]
        return Output({"items": left, "count": len(left), "removed": len(items) - len(left)})

    def tell(self, given: Given, output: Given) -> str:
        """How many went."""
        left = strong(count(output["count"], "item"))
        return said("Removed ", strong(count(output["removed"], "duplicate")), ", kept ", left)
