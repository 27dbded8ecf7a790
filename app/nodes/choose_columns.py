"""The step that keeps, removes and renames columns of a list."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.field_columns import Columns
from app.engine.fields import Choice, Field, KeyValues
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong
from app.nodes.list_items import LIST, group_of, list_of, names_in, readers


class ChooseColumns(StepType):
    """Keeps, removes or renames columns.

    *Keep* gives items that have these columns only, in this order, under a new name where you
    write one. *Rename* leaves all other columns as they are. A column inside a group is written
    with a dot: `address.city`. An item that lacks a column gets an empty value.
    """

    type: ClassVar[str] = "choose_columns"
    title: ClassVar[str] = "Choose columns"
    group: ClassVar[str] = "Lists"
    icon: ClassVar[str] = "columns-2"
    fields: ClassVar[Mapping[str, Field]] = {
        "items": LIST,
        "what": Choice(
            label="Do",
            options=(
                ("keep", "Keep only these columns"),
                ("rename", "Rename these, keep the rest"),
                ("remove", "Remove these columns"),
            ),
        ),
        "columns": KeyValues(
            label="Columns",
            hint="The new name may stay empty when you keep columns.",
            required=True,
            name_label="Column",
            value_label="New name",
            unique=True,
            only_if=("what", frozenset({"keep", "rename"})),
        ),
        "removed": Columns(
            label="Columns to remove", required=True, only_if=("what", frozenset({"remove"}))
        ),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "items": "the list with the columns you chose",
        "count": "how many items there are",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """New items; the old ones stay as they are."""
        items = list_of(given["items"])
        groups = [group_of(item, number) for number, item in enumerate(items, start=1)]
        made: list[Json]
        if given["what"] == "remove":
            gone = set(names_in(given["removed"]))
            made = [{k: v for k, v in one.items() if k not in gone} for one in groups]
        else:
            names = _new_names(given["columns"])
            reads = readers(items, names, ports)
            pairs = list(zip(names.values(), reads, strict=True))
            if given["what"] == "keep":
                made = [{new: read(one) for new, read in pairs} for one in groups]
            else:
                made = [{names.get(name, name): v for name, v in one.items()} for one in groups]
        return Output({"items": made, "count": len(made)})

    def tell(self, given: Given, output: Given) -> str:
        """What was done to how many items."""
        verbs = {"keep": "Kept ", "rename": "Renamed ", "remove": "Removed "}
        rows = given["removed"] if given["what"] == "remove" else given["columns"]
        columns, items = count(len(rows), "column"), count(output["count"], "item")
        return said(verbs[given["what"]], strong(columns), " of ", strong(items))


def _new_names(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Old name → new name, in order; without a new one the last part of the old."""
    return {
        str(row["name"]).strip(): str(row["value"] or "").strip() or str(row["name"]).strip()
        for row in rows
    }
