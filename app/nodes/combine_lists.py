"""The step that makes one list out of two."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, ClassVar

from app.engine.fields import Choice, Field, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.list_items import group_of, list_of


class CombineLists(StepType):
    """Makes one list out of two.

    *One after the other* puts the second list behind the first. *Side by side* joins the first
    item of both to one, then the second of both, and so on; where both have a column of the same
    name, the second list's value stands. To match items by a column, use *Join lists*.
    """

    type: ClassVar[str] = "combine_lists"
    title: ClassVar[str] = "Combine lists"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "list-plus"
    fields: ClassVar[Mapping[str, Field]] = {
        "first": Value(label="First list", required=True),
        "second": Value(label="Second list", required=True),
        "how": Choice(
            label="Put them",
            options=(("after", "One after the other"), ("beside", "Side by side")),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the combined list",
        "count": "how many items it has",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """A new list."""
        first = list_of(given["first"], "First list")
        second = list_of(given["second"], "Second list")
        made: list[Json] = [*first, *second]
        if given["how"] == "beside":
            nothing: dict[str, Any] = {}
            pairs = enumerate(zip_longest(first, second, fillvalue=nothing), start=1)
            made = [{**group_of(a, number), **group_of(b, number)} for number, (a, b) in pairs]
        return Output({"items": made, "count": len(made)})

    def tell(self, given: Given, output: Given) -> str:
        """How many came out."""
        return said("Combined two lists to ", strong(count(output["count"], "item")))
