"""The step that puts items together by a column and works out sums."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.field_columns import Columns, Summaries
from app.engine.fields import Field, Switch
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, listed, said, strong
from app.lib.natural_order import same_key
from app.nodes.list_items import LIST, list_of, names_in, readers
from app.nodes.list_sums import summary


class GroupList(StepType):
    """Puts items together and works out sums.

    Items that have the same value in a column become one. The result has one item per group,
    in the order in which the groups first appear: the columns you group by, `count` for how
    many items it holds, and what you let it work out, such as the sum of `price` under the
    name `sum_price` or one of your own. Empty values do not count in sums and averages.
    Without a column to group by, the whole list is one group.
    """

    type: ClassVar[str] = "group_list"
    title: ClassVar[str] = "Group list"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "group"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "columns": Columns(label="Group by", hint="Leave out to sum up the whole list."),
        "sums": Summaries(label="Work out"),
        "with_items": Switch(
            label="Keep the items", hint="Each group then has its items under the name items."
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "one item per group",
        "count": "how many groups there are",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The groups, in the order of their first items."""
        items, names = list_of(given["items"]), names_in(given["columns"])
        reads = readers(items, names, ports)
        groups: dict[tuple[str, ...], list[Any]] = {} if names else {(): []}
        for item in items:
            groups.setdefault(tuple([same_key(read(item)) for read in reads]), []).append(item)
        sums = [
            (row["as"].strip() or f"{row['how']}_{row['name'].strip()}", row["how"], row["name"])
            for row in given["sums"]
        ]
        columns = readers(items, [name for _, _, name in sums], ports)
        made: list[Json] = []
        for inside in groups.values():
            one: dict[str, Json] = {
                name: read(inside[0]) for name, read in zip(names, reads, strict=True)
            }
            one["count"] = len(inside)
            for (title, how, name), read in zip(sums, columns, strict=True):
                one[title] = summary(how, [read(item) for item in inside], column=name)
            if given["with_items"]:
                one["items"] = inside
            made.append(one)
        return Output({"items": made, "count": len(made)})

    def tell(self, given: Given, output: Given) -> str:
        """How many groups, by what."""
        names = [f"“{name}”" for name in names_in(given["columns"])]
        if not names:
            return said("Summed up the list")
        return said("Made ", strong(count(output["count"], "group")), f" by {listed(names)}")
