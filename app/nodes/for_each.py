"""The loop: the steps inside run once per item of a list."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Number, Value
from app.engine.step_type import LoopType, Output
from app.engine.values import Given, Json
from app.engine.words import count, said, short, strong


class ForEach(LoopType):
    """Runs the steps inside once for each item of a list.

    Inside, `{{ item }}` is the item and `{{ index }}` its number, counted from 0. “What each item
    gives” becomes one entry of the result; without it, it is what the last step inside gave.
    Several items can be under way at once, which helps when each waits for a service. When an
    item fails, either the loop stops, or the item is noted and the others still run.
    """

    type: ClassVar[str] = "for_each"
    title: ClassVar[str] = "For each"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "repeat"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": Value(
            label="Go through", required=True, hint="A list, such as the rows of a file."
        ),
        "collect": Value(
            label="What each item gives",
            hint="May use what the steps inside gave. Empty: what the last of them gave.",
            inner=True,
        ),
        "at_once": Number(
            label="At the same time", default=1, minimum=1, maximum=16, whole=True, unit="items"
        ),
        "if_item_fails": Choice(
            label="If an item fails",
            options=(("stop", "Stop the loop"), ("note", "Note it and go on with the others")),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "what each item gave, in the order of the list",
        "count": "how many there are",
        "errors": "the items that failed: index, item, error",
    }

    def items(self, given: Given) -> list[Json]:
        """The list; a group of values or a text is none."""
        items = given["items"]
        if not isinstance(items, list):
            raise StepFailed(
                f"“Go through” must be a list, and {_kind(items)} came.", can_retry=False
            )
        return items

    def at_once(self, given: Given) -> int:
        """As set."""
        return int(given["at_once"])

    def goes_on(self, given: Given) -> bool:
        """As chosen."""
        return bool(given["if_item_fails"] == "note")

    def gathered(self, given: Given, results: list[Json], errors: list[Json]) -> Output:
        """The results in a list, with what went wrong beside it."""
        return Output({"items": results, "count": len(results), "errors": errors})

    def tell(self, given: Given, output: Given) -> str:
        """How many, and how many of them failed."""
        failed = len(output["errors"])
        total = output["count"] + failed
        rest = (", ", strong(f"{failed:,}"), " failed") if failed else ()
        return said("Went through ", strong(count(total, "item")), *rest)

    def doing(self, given: Given) -> str:
        """How long the list is."""
        return f"going through {count(len(given['items']), 'item')}"


def _kind(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a group of values"
    return f"“{short(value)}”"
