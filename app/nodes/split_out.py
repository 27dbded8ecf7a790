"""The step that makes an item out of each thing in a list inside an item."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Text
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.nodes.list_items import LIST, MAX_ITEMS, list_of, readers


class SplitOut(StepType):
    """Makes items out of a list inside items.

    An order with three `lines` becomes three items, each with one line under `lines` and the
    order's other columns beside it, if you keep them. Without a column, a list of lists
    becomes one flat list. An item whose column is empty gives nothing.
    """

    type: ClassVar[str] = "split_out"
    title: ClassVar[str] = "Split out a list"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "list-tree"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "column": Text(label="Column with the inner list", hint="Empty for a list of lists."),
        "keep": Choice(
            label="Each entry comes",
            options=(("others", "With the item's other columns"), ("alone", "Alone")),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the entries",
        "count": "how many there are",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The entries in order."""
        items, column = list_of(given["items"]), given["column"].strip()
        read = readers(items, [column], ports)[0] if column else _itself
        made: list[Any] = []
        for item in items:
            inside = read(item)
            entries = inside if isinstance(inside, list) else [] if inside is None else [inside]
            if column and given["keep"] == "others" and isinstance(item, dict):
                made += [{**item, column: entry} for entry in entries]
            else:
                made += entries
            if len(made) > MAX_ITEMS:
                raise StepFailed(
                    f"That gives more than {MAX_ITEMS:,} items. Filter the list first.",
                    can_retry=False,
                )
        return Output({"items": made, "count": len(made)})

    def tell(self, given: Given, output: Given) -> str:
        """How many came out."""
        return said("Split the list out to ", strong(count(output["count"], "item")))


def _itself(item: Any) -> Any:
    return item
