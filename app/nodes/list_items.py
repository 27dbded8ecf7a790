"""What the steps for lists share: the items, their columns, and sentences when there are none."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from app.engine.errors import StepFailed
from app.engine.fields import Value
from app.engine.ports import Ports
from app.engine.values import Json
from app.engine.words import listed, short
from app.lib import json_guard

LIST = Value(
    label="List", hint="A list of an earlier step, such as the items of a table.", required=True
)
# How a plain item, one that is no group of values, is called where a column is asked for.
ITEM = "item"
MAX_ITEMS = 100_000
_NAMES_SHOWN = 8

Reader: TypeAlias = Callable[[Any], Any]


def list_of(value: Json, label: str = "List") -> list[Any]:
    """The list in a setting, also when it came as JSON text; nothing is an empty list.

    Raises StepFailed with a sentence for anything else, and for more than MAX_ITEMS.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _read(value, label)
    if value is None:
        return []
    if not isinstance(value, list):
        raise StepFailed(_no_list(value, label), can_retry=False)
    if len(value) > MAX_ITEMS:
        raise StepFailed(
            f"“{label}” has {len(value):,} items; a step takes {MAX_ITEMS:,} at most.",
            can_retry=False,
        )
    return value


def reader(name: str) -> Reader:
    """A function that gives one column of an item, None where the item has none.

    A name with dots that is no column itself leads into groups: `address.city`. `item` stands
    for an item that is no group.
    """
    name = name.strip()
    parts = name.split(".") if "." in name else ()

    def read(item: Any) -> Any:
        if not isinstance(item, dict):
            return item if name == ITEM else None
        if name in item or not parts:
            return item.get(name)
        found: Any = item
        for part in parts:
            found = found.get(part) if isinstance(found, dict) else None
        return found

    return read


def readers(items: Sequence[Any], names: Iterable[str], ports: Ports) -> list[Reader]:
    """One reader per column. A column that no item has is noted in the log; items without any
    columns fail with a sentence."""
    found = []
    for name in names:
        read = reader(name)
        if items and all(read(item) is None for item in items):
            _tell_missing(items, name.strip(), ports)
        found.append(read)
    return found


def names_in(rows: Sequence[Any]) -> list[str]:
    """The column names of a setting's rows."""
    return [str(row["name"]).strip() for row in rows]


def group_of(item: Any, number: int) -> dict[str, Any]:
    """The item if it is a group of values; raises StepFailed with its number if not."""
    if isinstance(item, dict):
        return item
    raise StepFailed(
        f"Item {number} of the list is {kind_of(item)}, not a group of values with columns.",
        can_retry=False,
    )


def kind_of(value: Any) -> str:
    """What a value is, with a look at it: `the text “abc”`."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a group of values"
    if isinstance(value, list):
        return "a list"
    word = "the text" if isinstance(value, str) else "the value"
    return f"{word} “{short(value, 40)}”"


def _tell_missing(items: Sequence[Any], name: str, ports: Ports) -> None:
    first = items[0]
    if not isinstance(first, dict) and name != ITEM:
        raise StepFailed(
            f"There is no column “{name}”: the first item is {kind_of(first)}. "
            f"Write “{ITEM}” for items that are no groups of values.",
            can_retry=False,
        )
    if isinstance(first, dict) and name not in first:
        known = [f"“{one}”" for one in list(first)[:_NAMES_SHOWN]]
        more = f" The first has {listed(known)}." if known else ""
        ports.log("warning", f"No item has the column “{name}”.{more}")


def _read(text: str, label: str) -> Json:
    try:
        return json_guard.parse(text)
    except json_guard.JsonRefused as refused:
        raise StepFailed(
            f"“{label}” looks like a list in JSON. {refused.sentence}", can_retry=False
        ) from None


def _no_list(value: Json, label: str) -> str:
    if isinstance(value, dict):
        inside = next((name for name, one in value.items() if isinstance(one, list)), None)
        hint = f" It has a list under “{inside}”." if inside is not None else ""
        return f"“{label}” must be a list, and it is a group of values.{hint}"
    return f"“{label}” must be a list, and it is {kind_of(value)}."
