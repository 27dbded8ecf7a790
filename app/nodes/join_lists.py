"""The step that joins two lists on a column they share."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Text, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.lib.natural_order import is_blank, same_key
from app.nodes.list_items import MAX_ITEMS, group_of, list_of, readers


class JoinLists(StepType):
    """Joins two lists on a column they share.

    Each item of the first gets the columns of its match in the second. Items match when their
    columns hold the same value, for instance the customer's number in orders and in
    customers; capitals and spaces at the ends do not count, and an empty value matches
    nothing. An item with several matches comes once for each. Where both lists have a column
    of the same name, the second one's gets `_2` behind its name.
    """

    type: ClassVar[str] = "join_lists"
    title: ClassVar[str] = "Join lists"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "merge"
    fields: ClassVar[Mapping[str, Field]] = {
        "first": Value(label="First list", required=True),
        "first_column": Text(label="Its column", required=True),
        "second": Value(label="Second list", required=True),
        "second_column": Text(label="Matches the column", hint="Empty if it has the same name."),
        "keep": Choice(
            label="Keep",
            options=(
                ("matching", "Items that have a match"),
                ("first", "All of the first list"),
                ("both", "All of both lists"),
            ),
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the joined list",
        "count": "how many items it has",
        "matched": "how many of the first list have a match",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Pairs in the order of the first list, then what is left of the second."""
        first = [group_of(one, n) for n, one in enumerate(list_of(given["first"], "First list"), 1)]
        second = [
            group_of(one, n) for n, one in enumerate(list_of(given["second"], "Second list"), 1)
        ]
        column = given["first_column"]
        [read_first] = readers(first, [column], ports)
        [read_second] = readers(second, [given["second_column"].strip() or column], ports)
        by_key: dict[str, list[int]] = {}
        for number, one in enumerate(second):
            if not is_blank(value := read_second(one)):
                by_key.setdefault(same_key(value), []).append(number)
        names = _second_names(first, second, column, given["second_column"].strip() or column)
        return _joined(
            [(one, _matches(by_key, read_first(one))) for one in first],
            second,
            names,
            keep=given["keep"],
        )

    def tell(self, given: Given, output: Given) -> str:
        """How many matched."""
        items, matched = strong(count(output["count"], "item")), strong(output["matched"])
        return said("Joined the lists to ", items, ", ", matched, " with a match")


def _matches(by_key: dict[str, list[int]], value: Any) -> list[int]:
    return [] if is_blank(value) else by_key.get(same_key(value), [])


def _joined(
    pairs: list[tuple[dict[str, Any], list[int]]],
    second: list[dict[str, Any]],
    names: dict[str, str],
    *,
    keep: str,
) -> Output:
    renamed = [{names[k]: v for k, v in one.items() if names[k]} for one in second]
    whole = [{names[k] or k: v for k, v in one.items()} for one in second]
    empty = {new: None for new in names.values() if new}
    made: list[Json] = []
    used: set[int] = set()
    for one, found in pairs:
        made += [{**one, **renamed[number]} for number in found]
        used.update(found)
        if not found and keep != "matching":
            made.append({**one, **empty})
        _check_size(len(made))
    if keep == "both":
        made += [one for number, one in enumerate(whole) if number not in used]
        _check_size(len(made))
    matched = sum(1 for _, found in pairs if found)
    return Output({"items": made, "count": len(made), "matched": matched})


def _second_names(
    first: list[dict[str, Any]], second: list[dict[str, Any]], column: str, matching: str
) -> dict[str, str]:
    """The second list's columns → their names in the result; the shared column needs none."""
    taken = {name for one in first for name in one}
    names: dict[str, str] = {}
    for name in {name: None for one in second for name in one}:
        new = name
        while new in taken:
            new += "_2"
        names[name] = "" if name == matching == column else new
        taken.add(new)
    return names


def _check_size(size: int) -> None:
    if size > MAX_ITEMS:
        raise StepFailed(
            f"The joined list would have more than {MAX_ITEMS:,} items. Do many items of both "
            "lists have the same value in the column?",
            can_retry=False,
        )
