"""The step that takes a part of a list."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Number
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import count, said, strong
from app.nodes.list_items import LIST, MAX_ITEMS, list_of


class LimitList(StepType):
    """Takes the first or last few items of a list.

    Skipping leaves out that many items first, so that *first 10, skip 20* gives the items 21 to
    30. A list that is shorter gives what it has.
    """

    type: ClassVar[str] = "limit_list"
    title: ClassVar[str] = "Limit list"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "list-ordered"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "end": Choice(label="Take", options=(("first", "The first"), ("last", "The last"))),
        "most": Number(
            label="How many", default=10, required=True, minimum=0, maximum=MAX_ITEMS, whole=True
        ),
        "skip": Number(label="Skip", default=0, minimum=0, maximum=MAX_ITEMS, whole=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the items taken",
        "count": "how many were taken",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """A slice from either end."""
        items, most, skip = list_of(given["items"]), int(given["most"]), int(given["skip"] or 0)
        if given["end"] == "first":
            taken = items[skip : skip + most]
        else:
            end = max(0, len(items) - skip)
            taken = items[max(0, end - most) : end]
        return Output({"items": taken, "count": len(taken)})

    def tell(self, given: Given, output: Given) -> str:
        """How many, from which end."""
        return said(f"Took the {given['end']} ", strong(count(output["count"], "item")))
