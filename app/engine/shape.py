"""The shape that a value is expected to have: its names, what each holds, and which must be there.

As rows, `[{"name", "kind", "required", "description", "inside": [rows of a group]}, …]`; groups go
one level deep.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from app.engine.values import Json

Rows = Sequence[Mapping[str, Any]]

# What a value may be: (stored word, words on screen, "should be …").
KINDS: tuple[tuple[str, str, str], ...] = (
    ("text", "Text", "a text"),
    ("number", "Number", "a number"),
    ("whole", "Whole number", "a whole number"),
    ("switch", "Yes or no", "yes or no"),
    ("texts", "List of texts", "a list of texts"),
    ("group", "Group of values", "a group of values"),
    ("groups", "List of groups", "a list of groups"),
)
NESTED = frozenset({"group", "groups"})
_SHOULD_BE = {kind: words for kind, _, words in KINDS}


def misfits(value: Any, rows: Rows) -> Iterator[str]:
    """A sentence for each place where the value has not the shape, in the order of the rows."""
    yield from _misfits(value, rows, "")


def as_schema(rows: Rows) -> dict[str, Json]:
    """The shape as a JSON schema (2020-12) of an object."""
    required: list[Json] = [str(row["name"]) for row in rows if row["required"]]
    properties: dict[str, Json] = {str(row["name"]): _schema(row) for row in rows}
    schema: dict[str, Json] = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _misfits(value: Any, rows: Rows, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{_called(place)} should be a group of values, and it is {_is(value)}."
        return
    for row in rows:
        name, kind = str(row["name"]), str(row["kind"])
        below = f"{place}.{name}" if place else name
        if value.get(name) is None:
            if row["required"]:
                yield f"“{below}” is missing."
        elif not _FITS[kind](value[name]):
            yield f"“{below}” should be {_SHOULD_BE[kind]}, and it is {_is(value[name])}."
        elif kind == "group":
            yield from _misfits(value[name], row.get("inside") or (), below)
        elif kind == "groups":
            for number, item in enumerate(value[name]):
                yield from _misfits(item, row.get("inside") or (), f"{below}[{number}]")


def _called(place: str) -> str:
    return f"“{place}”" if place else "The value"


def _is(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    words = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a group"}
    return words.get(type(value), "nothing")


def _schema(row: Mapping[str, Any]) -> dict[str, Json]:
    kind = str(row["kind"])
    schema: dict[str, Json] = {"type": _TYPES.get(kind, "string")}
    if kind == "texts":
        schema = {"type": "array", "items": {"type": "string"}}
    elif kind in NESTED:
        inside = as_schema(row.get("inside") or ())
        schema = inside if kind == "group" else {"type": "array", "items": inside}
    return {**schema, "description": row["description"]} if row["description"] else schema


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES = {"number": "number", "whole": "integer", "switch": "boolean"}
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "whole": lambda value: _is_number(value) and value == int(value),
    "switch": lambda value: isinstance(value, bool),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "group": lambda value: isinstance(value, dict),
    "groups": lambda value: isinstance(value, list),
}
